package io.tplus1.topology.retrain;

import static io.tplus1.topology.retrain.RetrainDriver.REFRESH;
import static io.tplus1.topology.retrain.RetrainDriver.SLOW;
import static io.tplus1.topology.retrain.RetrainDriver.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.model.ModelPointer;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEvent.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.streams.KeyValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What commands about the champion write. */
class ChampionCommandsTopologyTest {

  /** Nobody but the side topology has it, once {@code models} is lost or has another name. */
  @ParameterizedTest
  @EnumSource(
      value = ModelCommand.Kind.class,
      names = {"PROMOTE", "ROLLBACK", "PIN", "UNPIN"})
  void command_artifactWrittenBefore_writesArtifactAndPointerAgain(ModelCommand.Kind kind) {
    try (RetrainDriver retrain = RetrainCommandsTopologyTest.serving()) {
      ModelPointer before = retrain.pointer();
      String former = before.previous().get(1);
      boolean names = kind == ModelCommand.Kind.PROMOTE;

      retrain.command(kind, names ? former : null);

      List<String> written = retrain.modelRecords().stream().map(record -> record.key).toList();
      boolean changes = names || kind == ModelCommand.Kind.ROLLBACK;
      assertThat(written).containsExactly("artifact/" + retrain.champion(), "champion/default");
      assertThat(retrain.champion().equals(before.champion())).isNotEqualTo(changes);
      if (names) {
        assertThat(retrain.champion()).isEqualTo(former);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ModelCommand.Kind.class,
      names = {"ROLLBACK", "PIN", "UNPIN", "RETRAIN"})
  void command_anotherChampionThanWasSeen_refused(ModelCommand.Kind kind) {
    try (RetrainDriver retrain = RetrainCommandsTopologyTest.serving()) {
      ModelPointer before = retrain.pointer();
      String seen = before.previous().get(0).substring(0, 8);

      String id = retrain.command(kind, seen);

      ModelEvent event = retrain.events().get(0);
      assertThat(event.kind()).isEqualTo(Kind.REFUSED);
      assertThat(event.command()).contains(id);
      assertThat(event.reason()).contains(seen, before.champion().substring(0, 12));
      assertThat(retrain.pointer()).isEqualTo(before);
    }
  }

  @Test
  void rollback_championThatWasSeen_isCarriedOut() {
    try (RetrainDriver retrain = RetrainCommandsTopologyTest.serving()) {
      retrain.command(ModelCommand.Kind.ROLLBACK, retrain.champion().substring(0, 8));

      assertThat(retrain.events().get(0).kind()).isEqualTo(Kind.ROLLED_BACK);
    }
  }

  @Test
  void promote_champion_isWrittenAgainAndNothingElseChanges() {
    try (RetrainDriver retrain = RetrainCommandsTopologyTest.serving()) {
      ModelPointer before = retrain.pointer();

      String id = retrain.command(ModelCommand.Kind.PROMOTE, before.champion());

      assertThat(retrain.modelRecords())
          .hasSize(2)
          .noneMatch(record -> record.value == null)
          .extracting((KeyValue<String, byte[]> record) -> record.key)
          .first()
          .isEqualTo("artifact/" + before.champion());
      ModelPointer after = retrain.pointer();
      assertThat(after.champion()).isEqualTo(before.champion());
      assertThat(after.previous()).isEqualTo(before.previous());
      assertThat(after.epoch()).isEqualTo(before.epoch() + 1);
      ModelEvent event = retrain.events().get(0);
      assertThat(event.kind()).isEqualTo(Kind.PROMOTED);
      assertThat(event.command()).contains(id);
      assertThat(event.reason()).contains("already");
    }
  }

  /** What came between, it may learn from what is kept, but nobody knows. */
  @Test
  void promote_former_whatGoesOnFromItCountsItsSamplesAndThoseSince() throws Exception {
    try (RetrainDriver retrain = new RetrainDriver(with(REFRESH, "retrain.buffer=60"))) {
      retrain.samples(160, SLOW);
      List<String> previous = retrain.pointer().previous();
      retrain.command(ModelCommand.Kind.PROMOTE, previous.get(previous.size() - 1));
      long formerSamples = retrain.artifact().manifest().provenance().samples();
      retrain.events();
      Set<String> trainedSince = new HashSet<>();
      int since = 0;
      while (!trainedSince.contains(retrain.champion())) {
        retrain.samples(1, SLOW);
        since++;
        retrain.events(Kind.TRAINED).forEach(event -> event.hash().ifPresent(trainedSince::add));
      }

      assertThat(retrain.artifact().manifest().provenance().samples())
          .isGreaterThan(formerSamples)
          .isLessThanOrEqualTo(formerSamples + since);
    }
  }
}
