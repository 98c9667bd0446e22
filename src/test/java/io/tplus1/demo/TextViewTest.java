package io.tplus1.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TextViewTest {
  private static final List<String> FEATURES = List.of("lat", "wind");
  private static final Lessons LESSONS = new Lessons(4, 1, 2, 0);

  private final StringWriter text = new StringWriter();

  private TextView view(boolean redraw) {
    return new TextView(new PrintWriter(text), redraw, FEATURES);
  }

  private static Map<String, Double> byFeature(double lat, double wind) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("lat", lat);
    values.put("wind", wind);
    return values;
  }

  private static Outcome outcome(Outcome.Example... latest) {
    return new Outcome(1_234, 1_200, byFeature(.5, 4.25), byFeature(1, 5), List.of(latest));
  }

  @Test
  void show_noTerminal_onePlainLineASecond() {
    TextView view = view(false);
    view.show(
        1,
        new Outcome(7, 0, byFeature(Double.NaN, Double.NaN), Map.of(), List.of()),
        0,
        LESSONS,
        7);
    view.show(12, outcome(), 3, LESSONS, 199.6);

    assertThat(text.toString().lines())
        .containsExactly(
            "   1 s  7 forecasts, 0 scored, 0 dead-lettered, 4 trainings, 1 promotions, 7/s",
            "  12 s  1,234 forecasts, 1,200 scored, 3 dead-lettered, 4 trainings, 1 promotions, 200/s"
                + "  RMSE (persistence): lat 0.50 (1.00) wind 4.25 (5.00)");
    assertThat(text.toString()).doesNotContain("\u001b");
  }

  @Test
  void show_terminal_forecastsAgainstActualsAndErrorsAgainstPersistence() {
    Outcome.Example example =
        new Outcome.Example(
            "a storm whose name is long", 60_000, new float[] {20, 31}, new float[] {19.5f, 30});

    view(true).show(12, outcome(example), 3, LESSONS, 199.6);

    assertThat(lines())
        .containsExactly(
            "12 s   1,234 forecasts   1,200 scored   3 dead-lettered   200 forecasts/s",
            "learnt from the stream: 4 trainings   1 promotions   2 rejections   0 rollbacks",
            "",
            "RMSE                        tplus1 persistence     ratio",
            "lat                          0.500       1.000     0.500",
            "wind                         4.250       5.000     0.850",
            "",
            "forecast → actual     time (UTC)                         lat                wind",
            "a storm whose name …  1970-01-01 00:01           19.5 → 20.0         30.0 → 31.0",
            "",
            "Ctrl-C stops; the next start goes on from here.");
  }

  /** What is drawn, without the signs that move the cursor. */
  private List<String> lines() {
    return text.toString().replaceAll("\u001b\\[[?0-9]*[A-Za-z]", "").lines().toList();
  }

  @Test
  void show_terminalAgain_goesUpAsManyLinesAsStandThere() {
    TextView view = view(true);
    view.show(1, outcome(), 0, LESSONS, 1);
    int drawn = lines().size();
    assertThat(text.toString()).doesNotContainPattern("\u001b\\[\\d+A");
    text.getBuffer().setLength(0);

    Outcome.Example example =
        new Outcome.Example("a", 60_000, new float[] {20, 31}, new float[] {19.5f, 30});
    view.show(2, outcome(example), 0, LESSONS, 1);

    assertThat(drawn).isEqualTo(10);
    assertThat(text.toString())
        .startsWith("\u001b[?7l\u001b[10A\u001b[2K2 s")
        .endsWith("\u001b[?7h");
    text.getBuffer().setLength(0);
    view.show(3, outcome(), 0, LESSONS, 1);
    assertThat(text.toString()).contains("\u001b[11A");
  }

  @Test
  void summary_anywhere_figuresAndErrorsByFeature() {
    view(false).summary(outcome(), 3, LESSONS, 199.6);

    assertThat(text.toString().lines())
        .containsExactly(
            "",
            "1,234 forecasts, 1,200 scored, 3 dead-lettered, 200 forecasts/s",
            "learnt from the stream: 4 trainings   1 promotions   2 rejections   0 rollbacks",
            "RMSE                        tplus1 persistence     ratio",
            "lat                          0.500       1.000     0.500",
            "wind                         4.250       5.000     0.850");
  }
}
