"""What of a layout departs from the official format (GB/T 9704-2012): JX541 to JX559, all of them warnings."""

from generator.base.diagnostics import Code, Severity

__all__: list[str] = []

PAPER = Code(
    "JX541",
    "纸张不是 A4",
    "纸张是 {width}×{height} 毫米，公文用 A4（210×297 毫米）。",
    "在 Word「布局」里把纸张大小改为 A4。",
    Severity.WARNING,
)
MARGINS = Code(
    "JX542",
    "页边距不合公文格式",
    "页边距{what}。",
    "在 Word「布局」→「页边距」里改为上 37、下 35、左 28、右 26 毫米。",
    Severity.WARNING,
)
GRID = Code(
    "JX543",
    "没有按每页 22 行排",
    "正文所在的节{what}，每页不会正好 22 行。",
    "在 Word「页面设置」→「文档网格」里选「只指定行网格」，每页 22 行（行距 28.95 磅）。",
    Severity.WARNING,
)
BODY = Code(
    "JX544",
    "正文格式不合公文格式",
    "正文「{style}」{what}{count}。",
    "正文用三号（16 磅）仿宋，首行缩进 2 字符；请改样式，不要逐段改。",
    Severity.WARNING,
)
UNNAMED_FONT = Code(
    "JX545",
    "样式没有写明中文字体",
    "样式「{style}」没有写明中文字体，换一台电脑字体就会变。",
    "在 Word「修改样式」→「字体」里给「中文字体」选一种字体（不要选「+中文正文」）。",
    Severity.WARNING,
)
OUTLINE = Code(
    "JX546",
    "标题没有大纲级别",
    "标题样式「{style}」没有 {level} 级的大纲级别，导航窗格和目录里看不到它。",
    "给它套用「标题 {level}」样式，或在「段落」里设大纲级别。",
    Severity.WARNING,
)
HEADING_FONT = Code(
    "JX547",
    "标题字体不合公文格式",
    "{level} 级标题「{style}」用的是{font}，公文用{expected}。",
    "改「标题 {level}」样式的中文字体：一级标题用黑体，二级标题用楷体。",
    Severity.WARNING,
)
TITLE = Code(
    "JX548",
    "题名格式不合公文格式",
    "题名{what}。",
    "题名用二号（22 磅）小标宋，居中。",
    Severity.WARNING,
)
PAGE_NUMBER = Code(
    "JX549",
    "页码不合公文格式",
    "{what}。",
    "页脚里写「— 页码 —」：四号（14 磅）宋体，页码用 Word「插入」→「页码」，两边各一个一字线。",
    Severity.WARNING,
)
HEADER_ROW = Code(
    "JX550",
    "表头不在每页重复",
    "表格的行数随数据变化，但表头没有设为每页重复。",
    "选中表头行，在「表格属性」→「行」里勾选「在各页顶端以标题行形式重复出现」。",
    Severity.WARNING,
)
SPLIT_ROW = Code(
    "JX551",
    "表格的行会跨页断开",
    "表格有 {count} 行允许跨页断行（第 {first} 行起）。",
    "选中整张表，在「表格属性」→「行」里去掉「允许跨页断行」。",
    Severity.WARNING,
)
WIDTHS = Code(
    "JX552",
    "列宽没有写全",
    "表格{what}，Word 和 WPS 排出的列宽会不一样。",
    "在「表格属性」里去掉「自动重调尺寸以适应内容」，给每一列指定宽度后保存。",
    Severity.WARNING,
)
WESTERN_ONLY = Code(
    "JX553",
    "中文字体只设在了西文上",
    "{what}的西文字体设成了{font}，中文字体没有设，汉字不会用它{count}。",
    "在「字体」里把{font}选在「中文字体」一栏。",
    Severity.WARNING,
)
