package io.tplus1.ops;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The dashboard's files, from the class path, read once. Immutable. */
final class Pages {
  private static final String OURS = "/io/tplus1/ops/";
  private static final String CHARTS = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
  private static final String SCRIPT = "text/javascript; charset=utf-8";
  private static final String STYLE = "text/css; charset=utf-8";

  private Pages() {}

  /** Adds what lists all addresses, those that a process does not have among them. */
  static void addSpecification(Routes routes) {
    Answer specification = page(OURS + "openapi.yaml", "application/yaml; charset=utf-8");
    routes.add("/openapi.yaml", Routes.Access.OPEN, call -> specification);
  }

  /** Adds a route for each file of the page. */
  static void addTo(Routes routes) {
    files().forEach((path, page) -> routes.add(path, Routes.Access.OPEN, call -> page));
  }

  private static Map<String, Answer> files() {
    Map<String, Answer> files = new LinkedHashMap<>();
    files.put("/", page(OURS + "index.html", "text/html; charset=utf-8"));
    files.put("/app.css", page(OURS + "app.css", STYLE));
    for (String script :
        new String[] {
          "app", "live", "kept", "format", "verdict", "charts", "finder", "series", "models",
          "track"
        }) {
      files.put("/" + script + ".js", page(OURS + script + ".js", SCRIPT));
    }
    files.put("/favicon.ico", page(OURS + "favicon.svg", "image/svg+xml"));
    files.put("/favicon.svg", page(OURS + "favicon.svg", "image/svg+xml"));
    files.put("/uplot.js", page(CHARTS + "uPlot.iife.min.js", SCRIPT));
    files.put("/uplot.css", page(CHARTS + "uPlot.min.css", STYLE));
    return files;
  }

  private static Answer page(String resource, String type) {
    try (InputStream file = Pages.class.getResourceAsStream(resource)) {
      if (file == null) {
        throw new IllegalStateException(resource + " is not in this build of tplus1");
      }
      return new Answer(200, type, file.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(resource, e);
    }
  }
}
