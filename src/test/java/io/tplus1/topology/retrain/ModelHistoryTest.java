package io.tplus1.topology.retrain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelEvent;
import java.io.File;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who served, to whom one can go back, and what lies in {@code models} for replay alone. */
class ModelHistoryTest {
  private static final int KEEP = 3;
  private static final int LARGEST = 16 << 20;
  private static final String A = "a".repeat(64);
  private static final String B = "b".repeat(64);
  private static final String C = "c".repeat(64);
  private static final String D = "d".repeat(64);
  private static final String E = "e".repeat(64);
  private static final String F = "f".repeat(64);

  @TempDir File directory;
  private KeyValueStore<String, byte[]> store;
  private ModelHistory history;

  @BeforeEach
  void start() {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "rig");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    MockProcessorContext<Void, Void> context =
        new MockProcessorContext<>(properties, new TaskId(0, 0), directory);
    store =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore("history"), Serdes.String(), Serdes.ByteArray())
            .withLoggingDisabled()
            .withCachingDisabled()
            .build();
    store.init(context.getStateStoreContext(), store);
    restart();
  }

  @AfterEach
  void stop() {
    store.close();
  }

  private void restart() {
    history = new ModelHistory(store, KEEP);
  }

  private void keep(String hash, int bytes) {
    history.keep(hash, new byte[bytes], 1);
    history.published(hash);
  }

  private void serve(String... hashes) {
    for (String hash : hashes) {
      keep(hash, 1);
      history.promote(hash, null, "for a test");
    }
  }

  @Test
  void promote_moreThanAreKept_theOldestGoes() {
    serve(A, B, C, D, E);

    assertThat(history.pointer().previous()).containsExactly(D, C, B);
  }

  @Test
  void promote_oneToGoBackTo_staysHoweverManyCameAfterIt() {
    serve(A, B, C, D);
    keep(E, 1);
    keep(F, 1);

    history.promote(E, A, "for a test");
    assertThat(history.pointer().previous()).containsExactly(D, C, A);
    history.promote(F, A, "for a test");

    assertThat(history.pointer().previous()).containsExactly(E, D, A);
  }

  @Test
  void promote_oneToGoBackTo_theOneBeforeItStaysWithIt() {
    serve(A, B, C, D);
    keep(E, 1);
    keep(F, 1);

    history.promote(E, B, "for a test");
    assertThat(history.pointer().previous()).containsExactly(D, B, A);
    history.promote(F, B, "for a test");
    assertThat(history.pointer().previous()).containsExactly(E, B, A);

    history.goBack(B, "for a test");
    assertThat(history.pointer().previous()).containsExactly(A, E, F);
  }

  @Test
  void promote_fewerThanThreeAreKept_theOneToGoBackToStaysAndTheNewest() {
    serve(A, B, C);
    keep(D, 1);
    history = new ModelHistory(store, 2);

    history.promote(D, B, "for a test");

    assertThat(history.pointer().previous()).containsExactly(C, B);
  }

  @Test
  void promote_oneToGoBackToThatNeverServed_isNotAmongThem() {
    serve(A, B, C, D);
    keep(E, 1);

    history.promote(E, "0".repeat(64), "for a test");

    assertThat(history.pointer().previous()).containsExactly(D, C, B);
  }

  @Test
  void goBack_severalServedAfterIt_comeAfterThoseOfBefore() {
    serve(A, B, C, D);

    history.goBack(B, "for a test");

    assertThat(history.champion()).isEqualTo(B);
    assertThat(history.pointer().previous()).containsExactly(A, C, D);
  }

  @Test
  void goBack_afterARestart_knowsTheSame() {
    serve(A, B, C);
    String why = history.pointer().reason();
    assertThat(history.pin(true).reason()).as("why it became the champion").isEqualTo(why);
    restart();

    history.goBack(B, "for a test");

    assertThat(history.pointer().previous()).containsExactly(A, C);
    assertThat(history.pointer().epoch()).isEqualTo(5);
    assertThat(history.isPinned()).isTrue();
  }

  @Test
  void dropUnneeded_neitherServesNorDid_losesItsBytesAndLiesInModelsOn() {
    serve(A);
    keep(B, 4);
    history.keep(C, new byte[4], 1);

    history.dropUnneeded(Set.of(B), 10);
    assertThat(history.bytes(B)).hasSize(4);
    assertThat(history.bytes(C)).isNull();
    history.dropUnneeded(Set.of(), 20);

    assertThat(history.bytes(B)).isNull();
    assertThat(history.bytes(A)).hasSize(1);
    assertThat(history.takeExpired(29, 10)).isEmpty();
    restart();
    assertThat(history.takeExpired(30, 10)).containsExactly(B);
    assertThat(history.takeExpired(Long.MAX_VALUE, 10)).isEmpty();
  }

  /** Another model name may have begun with the same file: both have one record in models. */
  @Test
  void takeExpired_givenInAFile_staysInModels() {
    history.keepGiven(A, new byte[4]);
    history.published(A);
    history.promote(A, null, "for a test");
    serve(B, C, D, E, F);
    history.dropUnneeded(Set.of(), 10);
    restart();

    assertThat(history.bytes(A)).isNull();
    assertThat(history.takeExpired(20, 10)).containsExactly(B);
  }

  /** As the release before reads it. */
  @Test
  void keepGiven_noteInTheStore_saysThatItLiesInModels() {
    history.keepGiven(A, new byte[4]);
    history.published(A);

    byte[] note = store.get("artifact/" + A);
    assertThat(note).hasSize(21);
    assertThat(note[8]).isNotZero();
  }

  @Test
  void takeExpired_moreBytesThanMayLieInModels_theOldestGoLongBeforeTheirTime() {
    serve(A);
    for (int i = 0; i < 18; i++) {
      String hash = "%064x".formatted(17 - i);
      keep(hash, LARGEST);
      history.dropUnneeded(Set.of(), i);
    }
    restart();

    // 16 of 16 MiB each are what may lie there.
    assertThat(history.takeExpired(18, 1_000_000))
        .containsExactly("%064x".formatted(17), "%064x".formatted(16));
    assertThat(history.takeExpired(18, 1_000_000)).isEmpty();
  }

  @Test
  void isAnswered_afterARestart_isKnown() {
    history.answered("first");
    history.answered("second");
    restart();

    assertThat(history.isAnswered("first")).isTrue();
    assertThat(history.isAnswered("third")).isFalse();
  }

  @Test
  void answered_moreThanAreRemembered_theOldestIsForgottenAfterARestartToo() {
    for (int i = 0; i < ModelHistory.MOST_ANSWERED; i++) {
      history.answered("command-" + i);
    }
    restart();
    history.answered("one more");
    assertThat(history.isAnswered("command-0")).isFalse();
    restart();

    assertThat(history.isAnswered("command-0")).isFalse();
    assertThat(history.isAnswered("command-1")).isTrue();
    assertThat(history.isAnswered("one more")).isTrue();
  }

  @Test
  void command_sameIdAfterARestart_isNotAnsweredAgain() {
    try (RetrainRig rig = new RetrainRig(directory, RetrainDriver.REFRESH, Runnable::run)) {
      rig.command("once", ModelCommand.Kind.RETRAIN);
      assertThat(rig.events()).extracting(ModelEvent::command).hasSize(1);

      rig.restart();
      rig.command("once", ModelCommand.Kind.RETRAIN);

      assertThat(rig.events()).isEmpty();
      assertThat(rig.counters().events(RetrainCounters.Event.COMMAND_REPEATED)).isEqualTo(1);
    }
  }
}
