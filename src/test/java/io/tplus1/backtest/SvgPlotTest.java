package io.tplus1.backtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SvgPlotTest {
  /** Beside the largest of these a step of the grid is nothing. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -3e-7, 6e15, 1e16, Float.MAX_VALUE, -1e300})
  void end_constantValue_hasAFewLinesOfGrid(double value) {
    String svg =
        Assertions.assertTimeoutPreemptively(
            Duration.ofSeconds(20),
            () ->
                new SvgPlot("plot", "Constant", "A constant.", value, value)
                    .line(new SvgPlot.Line("actual", "ink", new double[] {value, value}))
                    .end());

    assertThat(svg).endsWith("</svg>\n");
    assertThat(svg.split("class=\"grid\"", -1)).hasSizeBetween(3, 15);
    assertThat(svg).doesNotContain("NaN");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, '0.0 0.5 1.0'",
    "3_200_100, 3_204_900, '3.202e6 3.204e6'",
    "-5e6, 5e6, '-5e6 0 5e6'",
    "1_000_000, 1_010_000, '1.000e6 1.005e6 1.010e6'",
    "999_999.88, 1_000_000.08, '9.9999990e5 9.9999995e5 1.00000000e6 1.00000005e6'",
    "1.08501, 1.08515, '1.08505 1.08510 1.08515'",
    "1e-9, 1.4e-9, '1.0e-9 1.1e-9 1.2e-9 1.3e-9 1.4e-9'",
    "-1e-5, 2e-5, '-1e-5 0 1e-5 2e-5'",
  })
  void end_anyRange_noTwoLabelsLookTheSame(String low, String high, String expected) {
    String svg = new SvgPlot("plot", "Line", "A line.", number(low), number(high)).end();

    assertThat(Pattern.compile("text-anchor=\"end\">([^<]*)<").matcher(svg).results())
        .extracting(label -> label.group(1))
        .containsExactly(expected.split(" "));
  }

  private static double number(String text) {
    return Double.parseDouble(text.replace("_", ""));
  }

  /** A digit of the labels takes seven at most. */
  @Test
  void end_longLabels_haveRoom() {
    String svg = new SvgPlot("plot", "Line", "A line.", 1e6, 1e6 + 1).end();

    assertThat(svg).contains("x=\"77\"", ">1.0000005e6</text>");
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
