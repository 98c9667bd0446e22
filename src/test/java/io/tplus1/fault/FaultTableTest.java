package io.tplus1.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class FaultTableTest {
  private static FaultTable.Row row(Integer... seconds) {
    List<Duration> recoveries = Stream.of(seconds).map(Duration::ofSeconds).toList();
    return new FaultTable.Row(
        "kill -9",
        Optional.of(Duration.ofSeconds(5)),
        recoveries,
        new Audit.Result(1_000, 900, 0, 0, 0, List.of()));
  }

  @Test
  void median_evenNumber_isTheMiddleOfTheMiddleTwo() {
    assertThat(row(10, 1, 3, 2).median()).isEqualTo(Duration.ofMillis(2_500));
    assertThat(row(10, 1, 3).median()).isEqualTo(Duration.ofSeconds(3));
    assertThat(row(10).median()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void toString_row_tellsMedianWorstAndWhetherTheGoalWasMet() {
    FaultTable table = new FaultTable();
    table.add(row(4, 7));

    assertThat(table.toString().lines().toList().get(2).replaceAll(" +", " "))
        .isEqualTo("| kill -9 | 2 | 1000 | 0 | 0 | 0 | 5.5 | 7.0 | 5.0 missed |");
  }
}
