package io.tplus1.topology.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.tplus1.LogCapture;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When states are written; that they are whole then, tests of the topology and on brokers show. */
class SeriesStoresTest {
  private static final int ON_HEAP = 2;

  @TempDir File directory;
  private SeriesRig rig;

  @BeforeEach
  void open() {
    rig = new SeriesRig(directory, ON_HEAP);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void changed_severalTimes_asksOnceAndWritesWhenTold() {
    rig.speaks("a", 1);
    rig.speaks("a", 2);
    rig.speaks("b", 2);
    rig.speaks("a", 3);

    assertThat(rig.asked).isEqualTo(1);
    assertThat(rig.states.get("a").lastTimeMs()).as("as it was made").isEqualTo(1);

    rig.series.unsaved().saveAll();
    assertThat(rig.states.get("a").lastTimeMs()).isEqualTo(3);
    assertThat(rig.states.get("b").lastTimeMs()).isEqualTo(2);

    rig.speaks("a", 4);
    assertThat(rig.asked).isEqualTo(2);
  }

  @Test
  void saveOldest_two_writesTheOneThatWaitsLongest() {
    rig.speaks("a", 1);
    rig.speaks("b", 2);
    rig.speaks("b", 3);
    rig.speaks("a", 4);

    rig.series.unsaved().saveOldest(999);
    assertThat(rig.states.get("a").lastTimeMs()).as("as it was made").isEqualTo(1);

    rig.series.unsaved().saveOldest(1_000);

    assertThat(rig.states.get("a").lastTimeMs()).isEqualTo(4);
    assertThat(rig.states.get("b").lastTimeMs()).as("as it was made").isEqualTo(2);
  }

  @Test
  void changed_moreSeriesThanMayWait_oldestAreWritten() {
    close();
    rig = new SeriesRig(directory, 2 * CommitPace.MOST);
    rig.speaks("first", 1);
    rig.speaks("first", 2);
    for (int i = 1; i <= CommitPace.MOST; i++) {
      assertThat(rig.states.get("first").lastTimeMs()).as("after %s", i).isEqualTo(1);
      rig.speaks("series-" + i, 3);
      rig.speaks("series-" + i, 4);
    }

    assertThat(rig.states.get("first").lastTimeMs()).isEqualTo(2);
    int next = UnsavedStates.TOGETHER;
    assertThat(rig.states.get("series-" + (next - 1)).lastTimeMs()).isEqualTo(4);
    assertThat(rig.states.get("series-" + next).lastTimeMs()).as("as it was made").isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {18, SeriesRig.LONG_HORIZON})
  void changed_statesMayComeToBeLarge_noMoreOfThemWaitThanFitIntoSixtyFourMebibytes(int horizon) {
    close();
    rig = SeriesRig.ofHorizon(directory, horizon, CommitPace.MOST);
    int many = (int) ((80L << 20) / rig.mostBytes);
    for (int i = 0; i < many; i++) {
      rig.speaks("series-" + i, 1);
      rig.speaks("series-" + i, 2);
    }

    long waiting =
        IntStream.range(0, many)
            .filter(i -> rig.states.get("series-" + i).lastTimeMs() == 1)
            .count();
    assertThat(waiting * rig.mostBytes).isBetween(48L << 20, 64L << 20);
  }

  @Test
  void changed_seriesLeavesTheHeap_isWrittenAndComesBackAsItWas() {
    rig.speaks("a", 1);
    rig.speaks("a", 2);
    rig.speaks("b", 3);
    rig.speaks("c", 4);

    assertThat(rig.states.get("a").lastTimeMs()).isEqualTo(2);
    assertThat(rig.series.find("a", 4).ring().count()).isEqualTo(2);
  }

  @Test
  void newest_seriesIsUnsaved_isThatOfTheHeap() {
    rig.speaks("a", 1);
    rig.speaks("a", 9);

    assertThat(rig.series.newest("a", rig.states.get("a")).lastTimeMs()).isEqualTo(9);
  }

  @Test
  void drop_unsaved_isNotWrittenBack() {
    rig.speaks("a", 1);
    rig.speaks("a", 2);

    rig.series.drop("a", rig.states.get("a"));
    rig.series.unsaved().saveAll();

    assertThat(rig.states.get("a")).isNull();
  }

  @Test
  void saveAll_storeIsGone_writesNothing() {
    rig.speaks("a", 1);
    rig.close();

    rig.series.unsaved().saveAll();

    assertThat(rig.states.isOpen()).isFalse();
  }

  /** Of each series it is counted; the log needs one of them. */
  @Test
  void find_newestVectorsAreGone_isCountedForEachAndSaidOnce() {
    for (String key : new String[] {"a", "b"}) {
      rig.speaks(key, 1);
      rig.speaks(key, 2);
    }
    rig.speaks("c", 3);
    rig.speaks("d", 4);
    rig.vectors.put("a", null, 2);
    rig.vectors.put("b", null, 1);
    rig.vectors.put("b", null, 2);

    try (LogCapture log = LogCapture.of(SeriesStores.class)) {
      rig.speaks("a", 5);
      rig.speaks("b", 6);

      assertThat(rig.lost).isEqualTo(2);
      assertThat(log.messages())
          .singleElement(STRING)
          .contains("The window of series a is lost")
          .contains("ends at 1970-01-01T00:00:00.002Z");
    }
    rig.speaks("c", 7);
    rig.speaks("d", 8);
    rig.speaks("a", 9);
    rig.speaks("b", 10);
    assertThat(rig.lost).as("once they have spoken they have what they say").isEqualTo(2);
  }

  /** A late vector has the window read as well, and says nothing of its end. */
  @Test
  void find_newestVectorsAreGoneAndALateOneComesFirst_isCountedWithTheNextVector() {
    rig.speaks("a", 1);
    rig.speaks("a", 2);
    rig.speaks("b", 3);
    rig.speaks("c", 4);
    rig.vectors.put("a", null, 2);

    rig.series.insert(rig.series.find("a", 4), 1, new float[] {1}, 0);
    assertThat(rig.lost).isZero();
    rig.speaks("a", 5);
    assertThat(rig.lost).isEqualTo(1);
    rig.speaks("a", 6);
    assertThat(rig.lost).isEqualTo(1);
  }

  /** As where a block is damaged while the series is on the heap. */
  @Test
  void insert_newestVectorsAreGone_isCountedWithTheNextVector() {
    rig.speaks("a", 1);
    SeriesOnHeap.Entry entry = rig.speaks("a", 3);
    rig.vectors.put("a", null, 3);

    rig.series.insert(entry, 2, new float[] {2}, 0);
    rig.speaks("a", 4);

    assertThat(rig.lost).isEqualTo(1);
  }

  /** Older ones are no part of what is known to be there: they age. */
  @Test
  void find_olderVectorsAreGone_isNotCounted() {
    rig.speaks("a", 1);
    rig.speaks("a", 2);
    rig.speaks("b", 3);
    rig.speaks("c", 4);
    rig.vectors.put("a", null, 1);

    rig.speaks("a", 5);

    assertThat(rig.lost).isZero();
  }

  /** After a crash under at_least_once the very vector that is missing is read again. */
  @Test
  void find_stateIsAheadOfWhatIsReadAgain_isNotCounted() {
    rig.speaks("a", 1);
    rig.speaks("a", 2);
    rig.speaks("b", 3);
    rig.speaks("c", 4);
    rig.vectors.put("a", null, 2);

    rig.series.find("a", 4);

    assertThat(rig.lost).isZero();
  }

  /** The state is of all three: what they answered is not to be answered again. */
  @Test
  void insert_vectorsThatWereLostAreReadAgain_areCorrections() {
    rig.speaks("a", 1);
    rig.speaks("a", 3);
    rig.speaks("a", 5);
    rig.speaks("b", 6);
    rig.speaks("c", 7);
    rig.vectors.put("a", null, 3);
    rig.vectors.put("a", null, 5);

    assertThat(inserts("a", 3)).isTrue();
    assertThat(inserts("a", 5)).isTrue();
    assertThat(inserts("a", 4)).as("late").isFalse();
    assertThat(rig.lost).isZero();
  }

  private boolean inserts(String key, long timeMs) {
    return rig.series.insert(rig.series.find(key, 7), timeMs, new float[] {timeMs}, 0);
  }

  /** Then whoever runs this stops, and restores the stores. */
  @Test
  void find_blockOnDiskIsDamaged_fails() throws IOException {
    rig.speaks("a", 1);
    rig.speaks("a", 2);
    // Others, so that of all tables that of the rows is the largest.
    for (int i = 0; i < 200; i++) {
      rig.speaks("b" + i, 2);
    }
    rig.series.unsaved().saveAll();
    rig.close();
    Path rows;
    try (Stream<Path> files = Files.walk(directory.toPath().resolve(ForecastStores.VECTORS))) {
      rows =
          files
              .filter(file -> file.toString().endsWith(".sst"))
              .max(Comparator.comparing(file -> file.toFile().length()))
              .orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(rows);
    bytes[4] ^= 0x55;
    Files.write(rows, bytes);
    open();

    assertThatThrownBy(() -> rig.speaks("a", 3))
        .isInstanceOf(ProcessorStateException.class)
        .hasMessageContaining("reading store vectors");
  }
}
