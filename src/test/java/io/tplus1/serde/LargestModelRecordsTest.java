package io.tplus1.serde;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** By the largest record topics are held against what is written to them. */
class LargestModelRecordsTest {
  private static final String HASH = "0123456789abcdef".repeat(4);

  @Test
  void write_theLargest_isNoLargerThanSaid() {
    TreeMap<String, ModelScores.Sums> models = new TreeMap<>();
    TreeMap<String, Double> figures = new TreeMap<>();
    for (int i = 0; i < 1_000; i++) {
      String name = "n".repeat(96) + "%04d".formatted(i);
      models.put(
          name,
          new ModelScores.Sums(
              Long.MAX_VALUE,
              -Double.MAX_VALUE,
              -Double.MAX_VALUE,
              -Double.MAX_VALUE,
              Long.MAX_VALUE,
              Long.MAX_VALUE));
      if (i < 100) {
        figures.put(name, -Double.MAX_VALUE);
      }
    }
    byte[] scores =
        new ModelScoresSerde()
            .serializer()
            .serialize("t", new ModelScores("\0".repeat(100), Long.MIN_VALUE, models));
    byte[] event =
        new ModelEventSerde()
            .serializer()
            .serialize(
                "t",
                new ModelEvent(
                    ModelEvent.Kind.ROLLED_BACK,
                    Long.MAX_VALUE,
                    Optional.of(HASH),
                    Optional.of(HASH),
                    Optional.of("\0".repeat(100)),
                    "\0".repeat(5_000),
                    figures));
    byte[] command =
        new ModelCommandSerde()
            .serializer()
            .serialize(
                "t",
                new ModelCommand(
                    "\0".repeat(100),
                    ModelCommand.Kind.ROLLBACK,
                    Optional.of(HASH),
                    Long.MAX_VALUE));

    assertThat(ModelScoresSerde.read(scores).byModel()).hasSize(1_000);
    assertThat(scores).hasSizeLessThanOrEqualTo(ModelScoresSerde.MAX_BYTES);
    assertThat(event).hasSizeLessThanOrEqualTo(ModelEventSerde.MAX_BYTES);
    assertThat(command).hasSizeLessThanOrEqualTo(ModelCommandSerde.MAX_BYTES);
  }
}
