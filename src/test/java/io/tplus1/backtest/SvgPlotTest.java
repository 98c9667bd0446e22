package io.tplus1.backtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SvgPlotTest {
  /** Beside the largest of these a step of the grid is nothing. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -3e-7, 6e15, -1e300})
  void end_constantValue_hasAFewLinesOfGrid(double value) {
    String svg =
        Assertions.assertTimeoutPreemptively(
            Duration.ofSeconds(20),
            () ->
                new SvgPlot("plot", "Constant", "A constant.", value, value)
                    .line(new SvgPlot.Line("actual", "ink", new double[] {value, value}))
                    .end());

    assertThat(svg).endsWith("</svg>\n");
    assertThat(svg.split("class=\"grid\"", -1)).hasSizeBetween(1, 15);
  }

  @Test
  void end_localeOfOtherDigits_isTheSame() {
    Locale before = Locale.getDefault(Locale.Category.FORMAT);
    String expected = plot();
    try {
      Locale.setDefault(Locale.Category.FORMAT, Locale.forLanguageTag("ar-EG"));

      assertThat(plot()).isEqualTo(expected).startsWith("<svg viewBox=\"0 0 720 240\"");
    } finally {
      Locale.setDefault(Locale.Category.FORMAT, before);
    }
  }

  @Test
  void bars_moreThanThereIsRoomFor_areStillDrawn() {
    double[] values = new double[300];
    Arrays.fill(values, 1);

    String svg =
        new SvgPlot("plot", "Bars", "Many bars.", 0, 1.5)
            .bars(
                Collections.nCopies(300, "name"),
                List.of(new SvgPlot.Line("a", "ink", values), new SvgPlot.Line("b", "dim", values)))
            .end();

    assertThat(svg.split("<rect class=\"fill", -1)).hasSize(601);
    assertThat(svg).doesNotContain("width=\"0.0\"", "width=\"-");
  }

  private static String plot() {
    return new SvgPlot("plot", "Line", "A line.", 0, 1.5)
        .line(new SvgPlot.Line("actual", "ink", new double[] {0.25, 1.5}))
        .end();
  }
}
