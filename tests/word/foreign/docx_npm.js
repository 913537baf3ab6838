// Writes Word files with the npm package docx: node docx_npm.js FOLDER NAME=feature+feature …
const fs = require("fs");
const path = require("path");
const d = require(path.join(process.env.DOCX_NPM, "docx"));

const PIXELS = Buffer.from(process.env.PIXELS, "base64");
const p = (text, more = {}) => new d.Paragraph({ children: [new d.TextRun(text)], ...more });
const cell = (text, more = {}) => new d.TableCell({ children: [p(text)], ...more });
const row = (...cells) => new d.TableRow({ children: cells });
const item = (text, reference, instance, level = 0) => p(text, { numbering: { reference, instance, level } });

const FEATURES = {
  text: () => [p("一般的正文。"), new d.Paragraph({ children: [
    new d.TextRun({ text: "粗", bold: true }), new d.TextRun({ text: "斜", italics: true }),
    new d.TextRun({ text: "上标", superScript: true }), new d.TextRun({ text: "换行", break: 1 }),
    new d.TextRun({ text: "小写", smallCaps: true, highlight: "yellow" }),
    new d.TextRun({ children: [new d.Tab(), "制表", new d.NoBreakHyphen(), "后"] })] })],
  headings: () => [1, 2, 3].map((level) => p(`第${level}级标题`, { heading: d.HeadingLevel[`HEADING_${level}`] })),
  bullets: () => [0, 1, 2].map((level) => p(`圆点${level}`, { bullet: { level } })),
  numbers: () => [item("甲一", "own", 1), item("甲二", "own", 1), item("甲二子", "own", 1, 1), item("乙一", "own", 2)],
  table: () => [new d.Table({ width: { size: 100, type: d.WidthType.PERCENTAGE }, rows: [
    row(cell("表头", { columnSpan: 2 }), cell("列三")),
    row(cell("竖并", { rowSpan: 2 }), cell("1.50"), cell("2.50")), row(cell("3.50"), cell("4.50"))] })],
  nested: () => [new d.Table({ rows: [row(new d.TableCell({ children: [p("外层"), new d.Table({ rows: [row(cell("里层"))] }), p("外层后")] }))] })],
  footnote: () => [new d.Paragraph({ children: [new d.TextRun("引注"), new d.FootnoteReferenceRun(1), new d.TextRun("又注"), new d.FootnoteReferenceRun(2)] })],
  picture: () => [new d.Paragraph({ children: [new d.ImageRun({ type: "png", data: PIXELS, transformation: { width: 60, height: 40 } })] })],
  floating: () => [new d.Paragraph({ children: [new d.TextRun("绕排"), new d.ImageRun({ type: "png", data: PIXELS, transformation: { width: 60, height: 40 },
    floating: { horizontalPosition: { offset: 1014400 }, verticalPosition: { offset: 1014400 } } })] })],
  link: () => [new d.Paragraph({ children: [new d.ExternalHyperlink({ link: "https://www.example.com/a?b=1&c=2", children: [new d.TextRun("网站")] }),
    new d.InternalHyperlink({ anchor: "place", children: [new d.TextRun("书签处")] })] }),
    new d.Paragraph({ children: [new d.Bookmark({ id: "place", children: [new d.TextRun("有书签")] })] }),
    new d.Paragraph({ children: [new d.TextRun("在第"), new d.PageReference("place"), new d.TextRun("页")] })],
  margins: () => [p("有页眉页脚")],
  contents: () => [new d.TableOfContents("目录", { hyperlink: true, headingStyleRange: "1-3" }), p("目录里的标题", { heading: d.HeadingLevel.HEADING_1 })],
  comment: () => [new d.Paragraph({ children: [new d.CommentRangeStart(0), new d.TextRun("有批注"), new d.CommentRangeEnd(0), new d.TextRun({ children: [new d.CommentReference(0)] })] })],
  changes: () => [new d.Paragraph({ children: [new d.TextRun("改："), new d.InsertedTextRun({ text: "增加", id: 1, author: "某", date: "2024-01-01T00:00:00Z" }),
    new d.DeletedTextRun({ text: "删去", id: 2, author: "某", date: "2024-01-01T00:00:00Z" })] })],
  equation: () => [new d.Paragraph({ children: [new d.Math({ children: [new d.MathFraction({ numerator: [new d.MathRun("a")], denominator: [new d.MathRun("b")] })] })] })],
  box: () => [new d.Textbox({ alignment: "center", children: [p("框里的话")], style: { width: "200pt", height: "auto" } })],
  breaks: () => [p("前页"), new d.Paragraph({ children: [new d.PageBreak()] }), p("后页"), p("段前分页", { pageBreakBefore: true })],
  check: () => [new d.Paragraph({ children: [new d.CheckBox({ checked: true }), new d.TextRun("勾选")] })],
  sequence: () => [new d.Paragraph({ children: [new d.TextRun("表"), new d.SequentialIdentifier("表"), new d.TextRun("名称")] }),
    new d.Paragraph({ children: [new d.TextRun("表"), new d.SequentialIdentifier("表"), new d.TextRun("又一")] })],
  frame: () => [p("图文框", { frame: { type: "absolute", position: { x: 3000, y: 3000 }, width: 3000, height: 1000, anchor: { horizontal: "page", vertical: "page" } } }), p("框外")],
  endnote: () => [new d.Paragraph({ children: [new d.TextRun("有尾注"), new d.EndnoteReferenceRun(1)] })],
};

const levels = [["%1.", "decimal"], ["(%2)", "lowerLetter"], ["%3)", "chineseCounting"]].map(([text, format], level) => (
  { level, text, format, alignment: "left", style: { paragraph: { indent: { left: 400 * (level + 1), hanging: 400 } } } }));

function written(features) {
  const has = (one) => features.includes(one);
  const part = (children) => ({ properties: {}, children });
  const sections = [part(features.filter((one) => one !== "sections").flatMap((one) => FEATURES[one]()))];
  if (has("margins")) Object.assign(sections[0], { headers: { default: new d.Header({ children: [p("页眉的话")] }) }, footers: { default: new d.Footer({ children: [p("页脚的话")] }) } });
  if (has("sections")) sections.push({ properties: { page: { size: { orientation: "landscape" } }, column: { count: 2, space: 700 } }, children: [p("横页一"), p("横页二")] });
  return new d.Document({
    sections, title: "题", creator: "某", features: { updateFields: has("contents") },
    footnotes: has("footnote") ? { 1: { children: [p("注一")] }, 2: { children: [p("注二")] } } : undefined,
    endnotes: has("endnote") ? { 1: { children: [p("尾注一")] } } : undefined,
    comments: has("comment") ? { children: [{ id: 0, author: "某", date: new Date(0), children: [p("批注")] }] } : undefined,
    numbering: { config: [{ reference: "own", levels }] },
  });
}

const [folder, ...jobs] = process.argv.slice(2);
Promise.all(jobs.map(async (job) => {
  const [name, features] = job.split("=");
  fs.writeFileSync(path.join(folder, name), await d.Packer.toBuffer(written(features.split("+"))));
})).catch((error) => { console.error(error); process.exit(1); });
