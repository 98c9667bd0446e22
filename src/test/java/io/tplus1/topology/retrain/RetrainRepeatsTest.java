package io.tplus1.topology.retrain;

import static io.tplus1.topology.retrain.RetrainDriver.REFRESH;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.model.TrainingSample;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEvent.Kind;
import io.tplus1.serde.ModelScores;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records that are read again, as once brokers have forgotten the group's offsets. */
class RetrainRepeatsTest {
  private static final ModelScores.Sums SUMS = new ModelScores.Sums(7, 7, 7, 9, 0, 0);

  @TempDir Path directory;
  private final List<TrainingSample> samples = RetrainRig.oscillation();
  private RetrainRig rig;

  @BeforeEach
  void start() {
    rig = new RetrainRig(directory.toFile(), REFRESH, Runnable::run);
  }

  private long repeated() {
    return rig.counters().events(RetrainCounters.Event.RECORD_REPEATED);
  }

  @Test
  void process_samplesOfBeforeARestart_arePassedOver() {
    rig.samplesFrom(1_000, samples.subList(0, 100));
    rig.events();
    List<List<KeyValue<Object, byte[]>>> before = rig.commit();

    rig.restart();
    rig.samplesFrom(1_040, samples.subList(40, 100));

    assertThat(rig.events()).isEmpty();
    assertThat(rig.commit()).usingRecursiveComparison().withStrictTypeChecking().isEqualTo(before);
    assertThat(repeated()).isEqualTo(60);

    rig.samplesFrom(1_100, samples.subList(100, 110));
    assertThat(rig.kept()).isEqualTo(110);
  }

  /** Its offsets begin at 0 again; what it holds is newer. */
  @Test
  void process_topicMadeAnew_countsFromTheFirstNewerSampleOn() {
    rig.samplesFrom(1_000, samples.subList(0, 100));

    rig.restart();
    rig.samplesFrom(0, samples.subList(97, 110));

    assertThat(rig.kept()).isEqualTo(110);
    assertThat(repeated()).isEqualTo(3);
    rig.restart();
    rig.samplesFrom(8, samples.subList(105, 115));
    assertThat(rig.kept()).isEqualTo(115);
  }

  /** One that is late is no repeat: only an offset says that. */
  @Test
  void process_olderSampleAtALaterOffset_isKept() {
    rig.samplesFrom(0, samples.subList(50, 60));
    rig.samplesFrom(10, samples.subList(0, 10));

    assertThat(rig.kept()).isEqualTo(20);
    assertThat(repeated()).isZero();
  }

  @Test
  void process_scoresOfBeforeARestart_countOnceForProbation() {
    rig.samplesFrom(0, samples.subList(0, 120));
    String champion =
        rig.events().stream()
            .filter(event -> event.kind() == Kind.PROMOTED)
            .reduce((first, last) -> last)
            .flatMap(ModelEvent::hash)
            .orElseThrow();

    rig.scoresAt(5, 1, champion, SUMS);
    rig.restart();
    rig.scoresAt(5, 1, champion, SUMS);
    rig.scoresAt(6, 1, champion, SUMS);
    rig.command("back", ModelCommand.Kind.ROLLBACK);

    assertThat(rig.events())
        .filteredOn(event -> event.kind() == Kind.ROLLED_BACK)
        .singleElement()
        .satisfies(back -> assertThat(back.figures()).containsEntry("liveScores", 14.0));
  }

  /** Former releases did not write how far they had read. */
  @Test
  void init_progressOfAFormerRelease_countsWhatComes() {
    rig.samplesFrom(1_000, samples.subList(0, 30));
    List<List<KeyValue<Object, byte[]>>> committed = rig.commit();
    committed
        .get(1)
        .replaceAll(
            entry ->
                entry.key.equals("progress")
                    ? KeyValue.pair(entry.key, new StoredProgress(entry.value).of010())
                    : entry);
    rig.abort(committed);

    rig.restart();
    rig.samplesFrom(0, samples.subList(20, 30));

    assertThat(rig.kept()).isEqualTo(40);
    assertThat(repeated()).isZero();
  }
}
