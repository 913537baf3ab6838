"""What can be wrong with a layout, or with a value put into it (JX500 to JX599)."""

from generator.base.diagnostics import Code, info, warning

# The file.
UNREADABLE = Code("JX500", "版式读不出", "版式文件读不出：{why}。", "请核对文件是否存在、有没有读的权限。")
NOT_WORD = Code(
    "JX501",
    "不是 Word 文件",
    "这不是完好的 Word 文件（.docx）：{why}。",
    "请用 Word 打开，另存为「Word 文档 (*.docx)」。",
)
UNSAFE = Code("JX502", "Word 文件不安全", "文件里有不能接受的内容：{what}。", "{mend}")
BROKEN_PART = Code("JX503", "部件损坏", "部件 {part} 不是合格的 XML：{why}。", "请用 Word 打开版式，重新保存。")

# The tags.
UNCLOSED_TAG = Code(
    "JX510",
    "标记没有写完",
    "标记「{tag}」没有结尾的「{closer}」。",
    "标记要在同一段里写完：以「{opener}」起，以「{closer}」止。",
)
STRAY_END = Code(
    "JX511",
    "多余的标记结尾",
    "「{tag}」前面没有与它成对的开头。",
    "补上开头；如果要印出这几个字符本身，请写「{escaped}」。",
)
FULL_WIDTH = Code(
    "JX512",
    "全角的花括号",
    "「{tag}」用了全角字符，不会被认作标记。",
    "标记的花括号和百分号要用半角：{{{{ }}}}、{{% %}}。",
)
SYNTAX = Code("JX513", "标记写法有误", "标记「{tag}」的写法有误：{why}。", "{mend}")
UNKNOWN_STATEMENT = Code("JX514", "没有这种语句", "标记「{tag}」里的「{word}」不是可用的语句。", "{mend}")
UNKNOWN_FILTER = Code("JX515", "没有这个过滤器", "标记「{tag}」用了没有的过滤器「{word}」。", "{mend}")
UNKNOWN_TEST = Code("JX516", "没有这个判断", "标记「{tag}」用了没有的判断「is {word}」。", "{mend}")
FORBIDDEN = Code("JX517", "标记里有不许用的写法", "标记「{tag}」里不能用「{word}」。", "{mend}")
UNKNOWN_NAME = Code("JX518", "没有这个名称", "标记「{tag}」里的「{word}」不是可用的名称。", "{mend}")

UNKNOWN_CAPTION = Code("JX519", "没有这个题注", "标记「{tag}」所指的题注「{name}」不在文档里。", "{mend}")

# The blocks.
UNCLOSED_BLOCK = Code(
    "JX520", "块没有结束", "「{tag}」没有对应的「{closer}」。", "在它之后、同一容器里补上「{closer}」。"
)
STRAY_BLOCK_END = Code(
    "JX521", "多余的块结尾", "「{tag}」之前没有与它对应的「{opener}」。", "删去它，或补上对应的开头。"
)
CROSSED = Code(
    "JX522",
    "块交叉",
    "「{tag}」还没有结束，外层的块就由「{other}」（{other_place}）结束了。",
    "先开始的块要后结束：里层的块应在外层之内结束。",
)
SPLIT_BLOCK = Code(
    "JX523",
    "块跨容器",
    "「{tag}」与「{other}」（{other_place}）不在同一容器里。",
    "块的开头与结尾要在同一层：整段用 {{%p %}}，整行用 {{%tr %}}，整格用 {{%tc %}}，段内用 {{% %}}。",
)
NO_TABLE = Code("JX524", "不在表格里", "标记「{tag}」不在表格里。", "这种标记只能写在表格的单元格里。")
NOT_ALONE = Code(
    "JX525", "标记要独占", "标记「{tag}」所在的{container}里还有别的内容「{rest}」，生成时会丢失。", "{mend}"
)
NOT_IN_LOOP = Code("JX526", "不在循环里", "标记「{tag}」不在循环里。", "vm、hm 和 loop 只在 for 与 endfor 之间有意义。")

LOOP_NAME = Code(
    "JX527",
    "循环里的名称用在了循环外",
    "标记「{tag}」里的「{name}」只在循环「{loop}」（{loop_place}）里有值。",
    "把标记移到这个循环的开头与结尾之间；这里原来另有循环的，补上它的开头。",
)
SAME_ROW = warning(
    "JX555",
    "循环里的一行不用循环的值",
    "标记「{tag}」所在的一行在循环「{loop}」（{loop_place}）里，却没有用到「{name}」，每一项都会照样印一遍。",
    "只印一次的行（如合计）移到循环的结尾以后；每一项都要印的，不用改。",
)
SET_IN_LOOP = warning(
    "JX556",
    "循环里记住的值出不了循环",
    "标记「{tag}」在循环里改「{name}」，每一圈完了就不算数，循环以后的「{name}」还是原来的值。",
    "要几行用「表 | length」，要合计用「表 | sum(attribute='列')」，或在 fields.yaml 里写一个计算字段。",
)
SET_HIDES = warning(
    "JX557",
    "记住的值盖住了字段",
    "标记「{tag}」记住的「{name}」和字段同名，后面印的是它，不是填报的值。",
    "给记住的值另取名称。",
)
MERGED_AWAY = warning(
    "JX558",
    "合并的格里印的值不在合并的条件里",
    "标记「{tag}」所在的格上下合并，合并却不看它：各行的值不同时，只印第一行的。",
    "把它写进 vm，值都相同才合并，如「{{% vm {value} %}}」。",
)
WHOLE_ROW = warning(
    "JX575",
    "按整行的值合并",
    "标记「{tag}」比的是整行，各行总有不同，这一列不会合并。",
    "写上要比的列，如「{{% vm {value} %}}」。",
)
WORD_CAPTION = warning(
    "JX505",
    "循环里是 Word 自己的题注",
    "循环「{tag}」里有 Word 的题注编号（SEQ 域），每一份印的号都一样，全选后按 F9 才重排。",
    "改写成标记，如「{{{{ 题注('附表' ~ loop.index) }}}}」，印出来就是各自的号。",
)
FIELD_CODE = Code(
    "JX528",
    "域的种类要写明",
    "标记「{tag}」写在域代码里，域的种类却没有写在它前面。",
    "域代码以种类开头（如 HYPERLINK），空一格再写标记。",
)

OTHER_BRACKETS = warning(
    "JX504",
    "括号不是标记的",
    "「{tag}」不是标记，会照原样印出。",
    "要印值，写成「{{{{ {value} }}}}」；不是的，改成单个的括号，或删去。",
)
LONE_BRACE = warning(
    "JX529",
    "只有一个花括号",
    "「{tag}」只有一个花括号，会照原样印出。",
    "要印值，写成「{{{{ {value} }}}}」；要印的就是这几个字，不用改。",
)

# The values.
UNDEFINED = Code("JX530", "没有这个值", "「{name}」没有值，标记「{tag}」要用它。", "{mend}")
UNPRINTABLE = Code("JX531", "值不能打印", "标记「{tag}」的值不能打印：{why}。", "{mend}")
FILTER_FAILED = Code(
    "JX532",
    "过滤器用不上",
    "标记「{tag}」里的过滤器「{word}」不能用在这个值上：{why}。",
    "核对这个值，或换一个过滤器。",
)
FAILED = Code("JX533", "标记算不出", "标记「{tag}」算不出结果：{why}。", "核对标记里的运算和它用到的值。")
TOO_MUCH = Code(
    "JX534", "超出限额", "版式生成的内容超出限额：{why}。", "核对循环是否写错；确需这么多内容时请拆成几个版式。"
)

MISPLACED = Code("JX535", "题注或目录有误", "标记「{tag}」：{what}{why}。", "{mend}")

# What is put behind a report.
ATTACHMENT = Code(
    "JX536", "附件不能用", "附件「{name}」不能附在报告后面：{why}。", "请用 Word 打开它，另存为「Word 文档 (*.docx)」。"
)

DOCUMENT = Code(
    "JX537", "文档不能用", "文档「{name}」不能放进报告：{why}。", "请用 Word 打开它，另存为「Word 文档 (*.docx)」。"
)

# What deserves a look but hinders nothing.
UNLINKED = info(
    "JX554",
    "附上的文件里有不带进报告的内容",
    "「{name}」里有{what}，放进报告时不带它，字照印。",
    "不必处理；要别人也能点开，请改成网址，或把那份文件也作为附件。",
)
UNTIDY = warning("JX559", "附上的文件还要整理", "「{name}」{what}。", "{mend}")
DROPPED = warning(
    "JX540", "标记旁的内容会丢失", "标记「{tag}」所在的{container}里还有别的内容「{rest}」，生成时会丢失。", "{mend}"
)
LOCAL_PATH = info(
    "JX538",
    "版式里有不带进报告的内容",
    "版式里记着{what}，生成的报告里不带它。",
    "不必处理；要去掉，模板在 Word 的「开发工具」→「文档模板」里改用 Normal，链接点右键「取消超链接」，对象换成图。",
)
CHANGES = warning(
    "JX539",
    "版式里有没有接受的修订",
    "版式里有 {count} 处没有接受的修订，从这里起；生成时照接受以后的样子印。",
    "在 Word 的「审阅」里接受或拒绝全部修订，再保存版式。",
)


PAPER = warning(
    "JX541",
    "纸张不是 A4",
    "纸张是 {width}×{height} 毫米，公文用 A4（210×297 毫米）。",
    "在 Word「布局」里把纸张大小改为 A4。",
)
MARGINS = warning(
    "JX542", "页边距不合公文格式", "页边距{what}。", "在 Word「布局」→「页边距」里改为上 37、下 35、左 28、右 26 毫米。"
)
GRID = warning(
    "JX543",
    "没有按每页 22 行排",
    "正文所在的节{what}，每页不会正好 22 行。",
    "在 Word「页面设置」→「文档网格」里选「只指定行网格」，每页 22 行（行距 28.95 磅）。",
)
BODY = warning(
    "JX544",
    "正文格式不合公文格式",
    "正文「{style}」{what}{count}。",
    "正文用三号（16 磅）仿宋，首行缩进 2 字符；请改样式，不要逐段改。",
)
UNNAMED_FONT = warning(
    "JX545",
    "样式没有写明中文字体",
    "样式「{style}」没有写明中文字体，换一台电脑字体就会变。",
    "在 Word「修改样式」→「字体」里给「中文字体」选一种字体（不要选「+中文正文」）。",
)
OUTLINE = warning(
    "JX546",
    "标题没有大纲级别",
    "标题样式「{style}」没有 {level} 级的大纲级别，导航窗格和目录里看不到它。",
    "给它套用「标题 {level}」样式，或在「段落」里设大纲级别。",
)
HEADING_FONT = warning(
    "JX547",
    "标题字体不合公文格式",
    "{level} 级标题「{style}」用的是{font}，公文用{expected}。",
    "改「标题 {level}」样式的中文字体：一级标题用黑体，二级标题用楷体。",
)
TITLE = warning("JX548", "题名格式不合公文格式", "题名{what}。", "题名用二号（22 磅）小标宋，居中。")
PAGE_NUMBER = warning(
    "JX549",
    "页码不合公文格式",
    "{what}。",
    "页脚里写「— 页码 —」：四号（14 磅）宋体，页码用 Word「插入」→「页码」，两边各一个一字线。",
)
HEADER_ROW = warning(
    "JX550",
    "表头不在每页重复",
    "表格的行数随数据变化，但表头没有设为每页重复。",
    "选中从第一行到表头的各行，在「表格属性」→「行」里勾选「在各页顶端以标题行形式重复出现」；表头在表的中间的，从它起分成另一张表。",
)
SPLIT_ROW = warning(
    "JX551",
    "表格的行会跨页断开",
    "表格有 {count} 行允许跨页断行（第 {first} 行起）。",
    "选中整张表，在「表格属性」→「行」里去掉「允许跨页断行」。",
)
WIDTHS = warning(
    "JX552",
    "列宽没有写全",
    "表格{what}，Word 和 WPS 排出的列宽会不一样。",
    "在「表格属性」里去掉「自动重调尺寸以适应内容」，给每一列指定宽度后保存。",
)
WESTERN_ONLY = warning(
    "JX553",
    "中文字体只设在了西文上",
    "{what}的西文字体设成了{font}，中文字体没有设，汉字不会用它{count}。",
    "在「字体」里把{font}选在「中文字体」一栏。",
)
