package io.tplus1.backtest;

import java.util.List;

/**
 * A page that needs nothing else: text, tables and inline SVG, light or dark as the reader's system
 * is. Text is escaped here.
 */
final class HtmlPage {
  private static final String STYLE =
      """
      :root{color-scheme:light dark;--page:#fcfcfb;--ink:#14140f;--soft:#5c5b55;--rule:#e2e1dc;
      --c0:#2a78d6;--c1:#8a8983;--c2:#1baf7a;--c3:#c98500;--c4:#9b4fd1;--c5:#d9485f}
      @media(prefers-color-scheme:dark){:root{--page:#191918;--ink:#f3f2ec;--soft:#a9a8a0;--rule:#383733;
      --c0:#5b9df0;--c1:#96958d;--c2:#35c48f;--c3:#e0a330;--c4:#bd86e6;--c5:#ee7284}}
      *{box-sizing:border-box}
      body{margin:0 auto;max-width:800px;padding:32px 20px 64px;background:var(--page);color:var(--ink);
      font:15px/1.5 system-ui,sans-serif}
      h1{font-size:26px;margin:0 0 4px}h2{font-size:18px;margin:40px 0 4px}p{margin:4px 0;color:var(--soft)}
      .scroll{overflow-x:auto}
      table{border-collapse:collapse;width:100%;margin:12px 0;font-variant-numeric:tabular-nums}
      th,td{text-align:right;padding:5px 8px;border-bottom:1px solid var(--rule);font-weight:400}
      th:first-child,td:first-child{text-align:left;padding-left:0}thead th{color:var(--soft);font-size:13px}
      tbody tr.first>*{font-weight:650}
      svg{display:block;width:100%;height:auto;margin:8px 0}
      .grid{stroke:var(--rule)}.tick{fill:var(--soft);font:12px system-ui,sans-serif}
      .mark{stroke:var(--soft);stroke-dasharray:5 4}
      .line{fill:none;stroke-width:1.8;stroke-linejoin:round}.band{fill:var(--c0);opacity:.18}
      .key{display:inline-flex;align-items:center;margin-right:16px;color:var(--ink);font-size:13px}
      .key i{width:14px;height:3px;border-radius:2px;margin-right:6px;background:currentColor}
      .key .box{height:12px;opacity:.3}
      .line.c0{stroke:var(--c0)}.line.c1{stroke:var(--c1)}.line.c2{stroke:var(--c2)}
      .line.c3{stroke:var(--c3)}.line.c4{stroke:var(--c4)}.line.c5{stroke:var(--c5)}
      .fill.c0,.k0{fill:var(--c0);color:var(--c0)}.fill.c1,.k1{fill:var(--c1);color:var(--c1)}
      .k2{color:var(--c2)}.k3{color:var(--c3)}.k4{color:var(--c4)}.k5{color:var(--c5)}
      .line.ink{stroke:var(--ink);stroke-width:1.3}.kink{color:var(--ink)}
      details{color:var(--soft);font-size:13px}summary{cursor:pointer}
      """;

  private final StringBuilder page = new StringBuilder();

  /**
   * Begins a page.
   *
   * @param title its heading
   * @param kind what kind of page it is, behind the title in the window's
   */
  HtmlPage(String title, String kind) {
    page.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>");
    page.append(Html.escaped(title + " – " + kind)).append("</title>\n<style>\n").append(STYLE);
    page.append("</style>\n</head>\n<body>\n<main>\n<h1>").append(Html.escaped(title));
    page.append("</h1>\n");
  }

  void heading(String text) {
    page.append("<h2>").append(Html.escaped(text)).append("</h2>\n");
  }

  void subheading(String text) {
    page.append("<h3>").append(Html.escaped(text)).append("</h3>\n");
  }

  void paragraph(String text) {
    page.append("<p>").append(Html.escaped(text)).append("</p>\n");
  }

  /** Says what is drawn in a style of a plot. */
  void key(String style, String name) {
    page.append("<span class=\"key\"><i class=\"").append(style).append("\"></i>");
    page.append(Html.escaped(name)).append("</span>\n");
  }

  /** Sets an SVG element in. */
  void plot(String svg) {
    page.append(svg);
  }

  /** A table that the reader unfolds: the values of a plot. */
  void details(List<String> head, List<List<String>> rows) {
    page.append("<details><summary>Values</summary>\n");
    table(head, rows, false);
    page.append("</details>\n");
  }

  /**
   * A table whose rows begin with their heading.
   *
   * @param firstStands whether the first row stands out
   */
  void table(List<String> head, List<List<String>> rows, boolean firstStands) {
    page.append("<div class=\"scroll\"><table><thead><tr>");
    head.forEach(
        text -> page.append("<th scope=\"col\">").append(Html.escaped(text)).append("</th>"));
    page.append("</tr></thead><tbody>\n");
    boolean first = firstStands;
    for (List<String> row : rows) {
      page.append(first ? "<tr class=\"first\">" : "<tr>");
      first = false;
      page.append("<th scope=\"row\">").append(Html.escaped(row.get(0))).append("</th>");
      row.stream()
          .skip(1)
          .forEach(text -> page.append("<td>").append(Html.escaped(text)).append("</td>"));
      page.append("</tr>\n");
    }
    page.append("</tbody></table></div>\n");
  }

  /** Ends the page, and gives the whole of it. */
  String end() {
    return page.append("</main>\n</body>\n</html>\n").toString();
  }
}
