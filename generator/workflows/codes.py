"""Codes of batches, bundles, audits, pull, diff, corrections and volumes: JX641 to JX679, JX811 to JX899.

Files that the program does not rewrite have JX770 to JX772, the page to fill in JX891 to JX899.
"""

from __future__ import annotations

from generator.base.diagnostics import Code, info, warning

NOTHING_THERE = Code(
    "JX821",
    "没有这个文件",
    "找不到「{file}」。",
    '核对路径；一次生成多份可写文件夹（如 inputs），或加引号的通配符（如 "inputs/*.yaml"）。',
)
NO_INPUT = Code(
    "JX822",
    "文件夹里没有填报文件",
    "「{file}」里没有填报文件（以 .yaml 或 .yml 结尾）。",
    "核对文件夹；用 jixiao new 可以新建一份填报文件。",
)
SAME_NAME = Code(
    "JX823",
    "两份报告同名",
    "「{other}」的报告也写成「{target}」，这一份没有写。",
    "核对两份填报的部门名称和年度；确是两份的，放在不同的文件夹里分别生成（-o）。",
)
TOO_LONG = Code(
    "JX824",
    "用时过长",
    "超过 {seconds} 秒还没有生成，已停止。",
    "单独运行 jixiao check 看它停在哪里；确需更长时间的，用 --time-limit 放宽。",
)
WORKER_DIED = Code(
    "JX825",
    "生成时程序中断",
    "生成这一份时，负责它的进程意外中断（{why}）。",
    "单独运行 jixiao render 看是否重现；可能是内存不足，或文件触发了程序的错误。",
)
SYSTEM = Code("JX820", "系统无法读写", "生成这一份时{why}。", "核对磁盘和临时文件夹（TMPDIR）的空间和权限，再试一次。")
INTERNAL = Code(
    "JX828",
    "程序自身的错误",
    "程序遇到了没有料到的情况：{what}。",
    "这不是填报的错误。请把填报文件和这条消息交给程序的维护人员。",
)
TOO_MUCH_MEMORY = Code(
    "JX826",
    "内存不足",
    "生成这一份用的内存超过了限度。",
    "核对填报文件是否有异常大的表格；确需更多内存的，用 --memory-limit 放宽。",
)
NO_SUMMARY = Code(
    "JX829",
    "原有的文件不是汇总",
    "「{file}」已经存在，不是本程序写的汇总。它没有被覆盖，汇总没有写出。",
    "用 --report 写成别的文件；或加 --backup，先把它留作「{backup}」；确实不要它时加 --force。",
)
NO_CLUSTER = Code(
    "JX827",
    "集群无法使用",
    "连不上集群「{address}」：{why}。",
    '核对地址，确认调度程序已启动；所需的程序库用 pip install "jixiao[cluster]" 安装。',
)


NOT_OURS = Code(
    "JX641",
    "原有的压缩包不能覆盖",
    "「{file}」已经存在，{why}。它没有被覆盖，新的没有写出。",
    "用 -o 写到别处；或加 --backup，先把它留作「{backup}」；确实不要它时加 --force。",
)
TOO_LARGE = Code(
    "JX642",
    "报送材料太大",
    "要打包的文件共 {size}，超过了 {most}。",
    "最大的是：{largest}。压缩扫描件，或只留标题、另行报送原件。",
)
ITSELF = Code("JX643", "要写的文件就是佐证文件", "「{file}」既是佐证文件，又是要写的压缩包。", "用 -o 换一个文件名。")
CHANGED = Code("JX644", "打包时文件有变动", "「{file}」在打包的时候被改动了。", "等扫描、复制或同步结束，再打包一次。")


NO_GIT = Code(
    "JX841",
    "没有 git",
    "「{name}」是 git 里的版本，但这台电脑上没有找到 git。",
    "安装 git（https://git-scm.com）后再试；或改用存在磁盘上的旧文件来比较。",
)
NO_REVISION = Code(
    "JX842",
    "git 里没有这个版本的文件",
    "读不到「{name}」：{why}。",
    "写成「版本:文件」，如 HEAD~1:inputs/填报.yaml；版本可以是 HEAD、HEAD~1、标签或提交号，见 git log。",
)
NOT_BOTH = Code(
    "JX843",
    "修订稿写不出",
    "{side}「{file}」有错误，印不出报告，修订稿没有写出。",
    "修订稿要两份填报都能生成报告：先改正这些错误，或换一个能生成报告的版本来比较。",
)


EXISTS = Code(
    "JX811",
    "新文件的位置已有文件",
    "「{file}」已经存在，没有改动它。",
    "换一个文件名；确实不要原来那个文件的，先把它移走或删除。",
)
NO_YEAR = Code(
    "JX812",
    "不知道新的年度",
    "上年的填报文件里没有写明「{name}」，无法推定新的年度。",
    "用 --year 写明，如「--year 2022」。",
)
NOT_THE_NEXT_YEAR = info(
    "JX813",
    "不是上年的下一年",
    "新的年度 {year} 不是 {last} 的下一年，{last} 年的数不能当作上年数，没有带来：{names}。",
    "由 {before} 年的填报文件结转，或照 {before} 年的决算填写。",
)


REPEATED = Code(
    "JX850",
    "改稿里的文字重复了几遍",
    "「{file}」里有 {count} 个填报值的文字重复了几遍，如「{text}」。LibreOffice 7.4 存 0.1.0 版生成的报告时会这样。"
    "改稿没有读取，什么也没有写入。",
    "用 jixiao render 重新生成报告，在新的报告上改；已经改过的，对照着直接改填报文件。",
)
DRAFT = Code(
    "JX851",
    "草稿不能回填",
    "「{file}」是草稿：里面有待填的内容和问题批注，不是可以回填的改稿。",
    "用 jixiao render 生成正式稿，在正式稿上改。",
)
OTHER_REPORT = Code(
    "JX852",
    "改稿不是由这个填报文件生成的",
    "「{file}」与由「{input}」生成的报告对不上：{why}。",
    "核对两个文件名；填报文件在生成以后大改过的，用 --base 给出生成时的那一份。",
)
INPUT_CHANGED = Code(
    "JX853",
    "填报文件在生成以后改过，没有生成时的那一份",
    "「{input}」在「{file}」生成以后改过{why}，分不清哪些是改稿的改动。",
    "用 --base 给出生成时的填报文件（旧文件，或 git 里的版本，如 HEAD~1:{input}）。",
)
CONFLICT = Code(
    "JX854",
    "改稿中同一个填报值改得不一样",
    "「{name}」（{label}）在改稿里有几种改法：{ways}。没有写入。",
    "在改稿里改成一致后再运行，或直接改填报文件。",
)
CHANGED_ON_BOTH_SIDES = Code(
    "JX855",
    "改稿和填报文件都改了同一个值",
    "「{name}」（{label}）在改稿里改成「{new}」，而填报文件在生成以后也改成了「{now}」。没有写入。",
    "商定用哪一个，直接改填报文件。",
)
COMPUTED = warning(
    "JX856",
    "改稿改了由程序计算的值",
    "「{name}」由程序计算，改稿把「{old}」改成「{new}」{places}，不能写回。",
    "要改的是它所依据的填报值：{facts}。",
)
NOT_READABLE = Code(
    "JX857", "改稿中的写法不能填报", "「{name}」（{label}）在改稿里改成「{new}」（{place}）：{why}没有写入。", "{mend}"
)
IN_A_TABLE = Code(
    "JX858",
    "填报值在表格文件里",
    "「{name}」（{label}）在改稿里改成「{new}」，它填在表格文件 {where}，不能写回。",
    "在那里把「{old}」改成「{new}」。",
)
CANNOT_PLACE = Code(
    "JX859",
    "改动不能对应到填报文件的文字",
    "「{name}」（{label}）在改稿里把「{old}」改成「{new}」（{place}），{why}。没有写入。",
    "直接在填报文件里改这一项。",
)
WORDING = warning(
    "JX860",
    "改稿改了固定文字",
    "固定文字「{old}」改成了「{new}」，它不是填报的内容，重新生成时会恢复原样。",
    "请转告模板维护人修改版式或模板（{layout}）。",
)
UNCLEAR = Code(
    "JX861",
    "分不清改的是哪个值",
    "这一段的改动不能分到各个填报值：{why}。原为「{old}」，现为「{new}」。没有写入。",
    "对照着直接改填报文件：分不清的是 {facts}。",
)
ROW_REPLACED = warning(
    "JX876",
    "改稿的一行像是换成了另一项",
    "改稿把「{old}」换成了「{new}」，这一行的数也换了；填报里「{row}」的其余各项仍是原来那一项的。",
    "只是改名的不用理会；换了一项的，核对 {facts}。",
)
ROW_REMOVED = Code(
    "JX862",
    "改稿删去了表格的行",
    "「{name}」这一行（{what}）在改稿里被删去，行的增删不能写回。",
    "要删去它，删去填报文件第 {line} 行起的这一项。",
)
ROW_ADDED = Code("JX863", "改稿增加了表格的行", "改稿增加了一{unit}「{what}」，行和项的增删不能写回。", "{mend}")
TEXT_ADDED = warning(
    "JX864",
    "改稿增加了段落",
    "改稿增加了{what}，看不出属于哪一项填报的内容，不能写回。",
    "写进填报文件的相应字段；是固定文字的，转告模板维护人（{layout}）。",
)
TEXT_REMOVED = warning("JX865", "改稿删去了段落", "改稿删去了一{unit}「{what}」{facts}，重新生成时会恢复。", "{mend}")
NOT_ACCEPTED = Code(
    "JX866",
    "写入后填报文件不能通过检查",
    "照改稿写入后，填报文件有 {count} 个错误，没有写入。",
    "按下面列出的错误修改改稿，或直接改填报文件。",
)
PRINTED_OTHERWISE = info(
    "JX867",
    "重新生成后的写法与改稿不同",
    "「{name}」{done}，重新生成印成「{now}」，改稿写作「{new}」（{place}）。",
    "写法由模板的印制形式决定。",
)
CHANGED_MEANWHILE = Code("JX868", "填报文件刚被改动", "「{input}」在列出改动以后又被改动，没有写入。", "再运行一次。")
PART_REMOVED = Code(
    "JX869",
    "改稿缺了一部分",
    "改稿里没有{what}{facts}。填报值照旧，没有写入。",
    "没有送改这一部分的，不必处理；确要删去的，直接在填报文件里删。",
)


OLDER_WORDING = info(
    "JX870",
    "模板改过，固定文字对不上",
    "固定文字有 {count} 处与今天印的不同，如「{old}」在改稿里是「{new}」：模板在生成以后改过，分不清是谁改的。",
    "填报值照样取回。没有改过固定文字的不必处理；改过的，请在今天生成的报告上再看一遍。",
)
ROW_MOVED = Code("JX872", "改稿换了次序", "改稿把一{unit}「{what}」从{was}挪到了这里，不能写回。", "{mend}")
CELL_ADDED = Code(
    "JX873", "改稿在空着的格里填了文字", "改稿在这一格里填写了「{what}」，不能写回。", "在填报文件{mend}。"
)
RECUT = Code(
    "JX874",
    "改稿改了表格的列",
    "改稿里这个表有 {count} 行（「{what}」起）的格数或列的次序和报告不同，这些行里的改动没有读取，没有写入。",
    "对照着直接改填报文件：这些行里有 {facts}；要增删、调换列的，转告模板维护人（{layout}）。",
)
PARAGRAPH_CUT = warning(
    "JX875",
    "改稿把一段分成了几段",
    "改稿里「{what}」原是一段的一部分，现在自成一段；重新生成时仍在那一段里，其中改了的字照样写回。",
    "要分段的，转告模板维护人（{layout}）。",
)
NO_PAGE = Code(
    "JX871",
    "原有的文件不是审核页",
    "「{file}」已经存在，不是审核页。它没有被覆盖，新的没有写出。",
    "换一个文件名（-o），确实不要它时加 --force。",
)
TEXT_CHANGED_MEANWHILE = Code(
    "JX831", "填报文件在此期间改动过", "列出改动以后，「{file}」又被改动过，没有写入。", "再运行一次这条命令。"
)
NO_LIBRARY = Code(
    "JX832",
    "没有安装改正文字的程序库",
    "没有安装 autocorrect-py，--fix-text 不能用；检查和生成不需要它。",
    '安装：pip install "jixiao[text]"；用 pipx、uv 装的，带上 [text] 重新装（--force）。',
)
NOTHING_TO_BIND = Code(
    "JX881", "没有可以汇编的报告", "{count} 份填报都有问题，没有可以汇编的报告。", "按上面列出的问题改正填报后再试。"
)
NOT_ALL = Code(
    "JX882",
    "有填报不能汇编",
    "{count} 份填报中有 {bad} 份有问题；写了 --strict，没有汇编。",
    "按上面列出的问题改正；去掉 --strict，则略去这些填报，汇编其余的。",
)
VOLUME_TOO_LARGE = Code(
    "JX883",
    "汇编太大",
    "{count} 份报告汇编成的文件有 {megabytes} MB、{entries} 个部件，Word 和本程序都难以打开。",
    "分成几册，如每册不超过 300 份，分别用 -o 写出。",
)
NO_PAGES = info(
    "JX884",
    "目录没有页码",
    "目录里还没有页码：{why}。",
    "在 Word 里打开，全选（Ctrl+A）后按 F9 更新；或在装有 LibreOffice 的电脑上重新汇编。",
)
BOUND_TWICE = warning(
    "JX885",
    "一个部门编了几份",
    "「{what}」编进了 {count} 份：{files}。",
    "留下定稿的一份，其余的移出去再汇编；不是一个部门的，核对填报里的部门名称。",
)
CANNOT_REWRITE = Code(
    "JX770",
    "填报文件不能原样改写",
    "「{file}」里有这样改不了的写法，没有写入。",
    "另写一个新文件：把 -o 后面的名称换成还没有的。",
)
ROWS_NOT_MATCHED = Code(
    "JX771",
    "两份的行对不上",
    "两份都填了「{table}」，其中有几行都叫「{text}」而内容不同，分不清哪一行对哪一行。",
    "这张表只由一份来填，另一份里清空；或给同名的行改名。",
)
NOT_IN_A_WORKBOOK = Code(
    "JX772",
    "填报表不能由程序改写",
    "「{file}」是填报表（Excel 工作簿），{what}只改写 YAML。",
    "先用「jixiao convert {file} 填报.yaml」转成 YAML，对它再做一次；要表格的，改好以后再转回来。",
)


NOT_FILED = Code(
    "JX651",
    "这种文件不能审核",
    "这是{kind}，程序不读。",
    "审核可以读 Word（.docx）、Excel（.xlsx、.xls）和填报文件（.yaml）。",
)
NOT_OPENED = Code("JX652", "文件打不开", "文件打不开：{why}。", "核对路径和权限；正在别的程序里打开的，先关闭。")
LOCKED = Code("JX653", "文件加了密码", "文件加了打开密码，没有读。", "用 Word、Excel 或 WPS 打开，去掉密码后另存。")
REVISIONS = warning(
    "JX654",
    "有没有接受的修订",
    "文件里有 {count} 处修订还没有接受，按全部接受以后的内容读取。",
    "请报送单位接受或拒绝全部修订后重新报送。",
)
ALTERED = warning(
    "JX679",
    "报告写出以后改动过",
    "这份报告由本程序从「{input}」写成，写出以后{what}，正文、表格和填报文件可能不一致。",
    "有填报文件的，用 jixiao verify 逐处列出改动；没有的，请报送单位一并报送填报文件。",
)
NO_TABLE = warning(
    "JX655",
    "没有找到自评表",
    "没有找到有三级指标，又有指标值、完成值、分值或得分的表。",
    "核对文件；表头的叫法程序不认识的，把叫法加进「表头.yaml」。",
)
UNKNOWN_HEAD = warning(
    "JX656",
    "表头没有认全",
    "这像是指标表或得分表，但表头（{heads}）里没有认出{lacking}，整张表没有读。",
    "对照原件；表头的叫法程序不认识的，把叫法加进「表头.yaml」。",
)
NO_NAME = warning(
    "JX657",
    "这一行没有指标名称",
    "这一行有内容（{said}），但没有指标名称，没有读。",
    "对照原件；是指标的，请报送单位补上名称。",
)
NO_HEAD = warning("JX658", "这一格没有表头", "「{text}」上面没有表头，没有读。", "对照原件，看它属于哪一列。")
NOT_A_NUMBER = warning("JX659", "不是数", "{what}写的是「{text}」，不是数，没有读。", "对照原件；请报送单位写成数。")
NO_UNIT = warning(
    "JX660",
    "资金没有写单位",
    "{what}「{text}」没有写单位，表上也没有写明「单位：万元」，没有读。",
    "请报送单位写明单位。",
)
SCORE_HIGHER = warning(
    "JX661",
    "自评得分高于复算",
    "「{name}」自评 {stated} 分，按完成值复算是 {computed} 分（{how}）。",
    "核对完成值；自评的办法另有规定的，说明依据。",
)
SCORE_LOWER = info(
    "JX662",
    "自评得分低于复算",
    "「{name}」自评 {stated} 分，按完成值复算是 {computed} 分（{how}），复核不加分。",
    "核对完成值；自评另有扣分的，看它的原因。",
)
ABOVE_WEIGHT = warning("JX663", "得分高于权重", "「{name}」得 {score} 分，高于权重 {weight}。", "核对得分和权重。")
WEIGHTS = warning(
    "JX664", "权重合计不是满分", "各项权重合计 {total}，不是 {full}。", "核对各项权重，看有没有漏列的指标。"
)
TOTAL = warning("JX665", "总分和各项之和不符", "总分写的是 {stated}，各项{what}之和是 {total}。", "核对各项和总分。")
RATE_SCORE = warning(
    "JX666",
    "执行率得分不符",
    "执行率得 {stated} 分，按执行数÷预算数（{rate}）×{weight} 是 {computed} 分。",
    "核对预算数、执行数和得分。",
)
CRITERIA = Code(
    "JX667",
    "复核标准的写法不对",
    "{what}",
    "每条写编号、标准、依据（问题代码的列表）、扣分（如 100%）、意见；见《审核自评材料》。",
)
NO_CRITERIA = Code("JX668", "没有这份复核标准", "没有叫「{name}」的复核标准，也没有这个文件。", "")
NOTHING = Code(
    "JX669",
    "文件夹里没有可以审核的文件",
    "「{file}」里没有可以审核的文件（.docx、.xlsx、.xls、.yaml）。",
    "核对文件夹。",
)
TWO_VALUES = warning(
    "JX670", "两张表写的不一样", "「{name}」的{part}，这里写「{one}」，{place}写「{two}」。", "请报送单位核对后统一。"
)
SUMMARY = info("JX671", "汇总表没有复核", "这是按一级或二级指标汇总的得分，没有逐项复核。", "和下面的自评表对照。")
BLANK = warning("JX672", "指标没有填全", "「{name}」没有填{what}。", "请报送单位补填；确实没有的写明原因。")
ALIKE = warning(
    "JX675",
    "文字和别的材料相同",
    "正文有 {count} 段、{share} 的文字和「{other}」相同，第一段在那里是{place}。",
    "核对是不是照抄别的单位或上年的：请写本单位、本年度的情况。",
)
REVIEW_LEFT = info(
    "JX673",
    "复核没有带到新文件",
    "「{files}」是对这份填报的复核和答复，按文件名找，新文件没有带上。",
    "新文件还是这一份填报的，把它们改成新文件的名称加「{ending}」；下一年度的不用带，照里面的意见改进。",
)
ORPHAN_REVIEW = warning(
    "JX676",
    "复核旁边没有填报",
    "「{file}」旁边没有名叫「{name}」的填报，里面的复核、答复没有用上。",
    "填报改了名的，把它改成现在的名称；不要了的，挪到别处。",
)
HIDDEN_SHEET = warning(
    "JX674", "隐藏的工作表", "工作表「{sheet}」是隐藏的，照样读取。", "请报送单位核对；不要的请删去后重新报送。"
)


NO_WEB = Code(
    "JX891",
    "没有安装网页填报的程序库",
    "没有安装 starlette 和 uvicorn，jixiao open 不能用；其他命令不需要它们。",
    '安装：pip install "jixiao[web]"；用 pipx、uv 装的，带上 [web] 重新装（--force）。'
    "也可以用 jixiao new 模板 填报.xlsx 在 Excel、WPS 里填。",
)
CHANGED_ON_DISK = Code(
    "JX892",
    "填报文件在别处改动过",
    "「{file}」在打开以后又被改动过（另一个窗口、编辑器或同步盘），没有保存。",
    "看两份有什么不同，再选用哪一份；没有选定以前，两份都不会丢。",
)
MOVED_ON = Code(
    "JX893",
    "这份填报在另一个标签页里改过",
    "同一份工作稿在另一个标签页里改过，这一页上的不是最新的，刚才的改动没有记下。",
    "重新载入这一页，再填一次。",
)
CANNOT_WRITE_SO = Code(
    "JX894",
    "这一处不能写进填报文件",
    "填报文件里「{where}」附近的写法程序改不了，没有写入。",
    "用「文本」直接改填报文件，或用编辑器改好后重新载入。",
)
NOT_SAVED = Code("JX895", "有没有保存的改动", "生成文件用的是磁盘上的填报，「{file}」有没有保存的改动。", "先保存。")
BAD_UPLOAD = Code(
    "JX896",
    "文件不能放进来",
    "「{file}」没有放进填报的文件夹：{why}。",
    "佐证用 PDF、Word、Excel、图片等文件，每个不超过 {most}，名称里不要有路径。",
)
NO_FILING = Code("JX897", "没有这份填报", "文件夹「{folder}」里没有名为「{file}」的填报文件。", "回到列表，选一份。")
BAD_NAME = Code(
    "JX899",
    "名称不能用",
    "「{file}」不能用作填报的文件名。",
    '换一个名称，如「财政局-2024」：不带路径，不以点开头，没有 \\ / : * ? " < > | 和制表符，不超过 60 个字。',
)
ENDED_APART = Code(
    "JX898",
    "检查和预览的进程被关闭",
    "检查大的填报、做预览的进程两次被系统或别的程序关闭（多半是内存不够），这一次没有结果；填的内容没有受影响。",
    "关掉几个占内存的程序，再改一处或重新载入这一页，就会再试；照样可以保存。",
)
