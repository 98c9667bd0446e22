package io.tplus1.topology.retrain;

import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelPointer;
import io.tplus1.serde.ModelEvent.Kind;
import io.tplus1.train.Contest;
import io.tplus1.train.Entrant;
import io.tplus1.train.Gate;
import io.tplus1.train.Probation;
import io.tplus1.train.Trained;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who serves: promotes, rejects and rolls back, and says so in {@code models} and {@code
 * model-events}. For the stream thread.
 */
final class Succession {
  private static final Logger LOG = LoggerFactory.getLogger(Succession.class);

  private final RetrainPlan plan;
  private final ModelHistory history;
  private final RetrainProgress progress;
  private final Contest contest;
  private final Challenge challenge;
  private final ProbationPeriod probation;
  private final Entrants entrants;
  private final LearningLine line;
  private final ModelOutput output;
  private final ModelEvents events;
  private final LongSupplier clock;
  private final boolean refreshes;
  private String misfit = "";

  Succession(
      RetrainPlan plan,
      Entrants entrants,
      ModelHistory history,
      RetrainProgress progress,
      Contest contest,
      LearningLine line,
      ModelOutput output,
      ModelEvents events,
      LongSupplier clock) {
    this.plan = plan;
    this.challenge = new Challenge(plan.retrain, contest, progress);
    this.probation = new ProbationPeriod(contest, progress);
    this.entrants = entrants;
    this.history = history;
    this.progress = progress;
    this.contest = contest;
    this.line = line;
    this.output = output;
    this.events = events;
    this.clock = clock;
    this.refreshes = plan.retrain.refreshes();
  }

  /** Lets those take part who did before the restart. */
  void load() {
    String champion = history.champion();
    line.load(champion);
    Entrant serving = entrants.champion();
    Entrant newest = challenge.load(entrants, champion, serving);
    contest.serve(newest != null && newest.hash().equals(champion) ? newest : serving);
    probation.goOn(entrants.kept(progress.former, null), history.bytes(progress.former) != null);
  }

  /**
   * A sample of the forecasts shows that these settings are meant.
   *
   * @param first whether nothing that came before it is left to learn from
   */
  void settle(boolean first) {
    if (first && line.isOutgrown()) {
      beginAnew();
    }
    line.settle();
    if (probation.waits()) {
      LOG.warn(
          "Model {}: champion {} is on probation no longer: {}, the one before it, takes no part under these settings",
          plan.modelName,
          history.champion(),
          progress.former);
      probation.stop();
    }
  }

  /** The line cannot go on from what it has: its next refresh makes new networks. */
  void beginAnew() {
    challenge.end();
    line.restart("");
    dropUnneeded();
  }

  /**
   * Makes the model that the application was given the champion, where there is none that fits: it
   * is what forecasts then.
   */
  void adopt(ModelArtifact artifact) {
    String hash = artifact.hash();
    if (hash.equals(misfit)) {
      return;
    }
    String former = history.champion();
    byte[] bytes = artifact.toBytes();
    Entrant entrant = entrants.givesWay() ? entrants.fromElsewhere(hash, bytes) : null;
    if (entrant == null) {
      misfit = hash; // Asked once: it takes no part.
      return;
    }
    history.keepGiven(hash, bytes);
    String reason =
        former == null
            ? "it stood in model.file when there was no champion yet"
            : "it stood in model.file, and the champion %.12s does not fit these settings"
                .formatted(former);
    probation.stop();
    serve(entrant, reason);
    challenge.anew();
    line.settle(); // Nothing is lost: who made that model meant the settings that it fits.
    line.restart(hash);
    events.say(Kind.PROMOTED, hash, Optional.empty(), reason, Map.of());
  }

  /**
   * A training ended with a model.
   *
   * @param commands ids of the commands that asked for it
   */
  void trained(Trained trained, String reason, List<String> commands) {
    String hash = trained.artifact().hash();
    // A champion that was rolled back, or replaced, while the training that began with it ran.
    boolean former = !refreshes && history.isFormer(hash);
    if (former || hash.equals(history.champion()) || hash.equals(progress.newest)) {
      events.answer(
          Kind.TRAINED,
          hash,
          "nothing better was learnt: it is %s"
              .formatted(former ? "a former champion" : "the same artifact"),
          trained.figures(),
          commands);
      return;
    }
    if (!refreshes) {
      // First: whoever is given up takes all artifacts along that nobody needs yet.
      if (contest.newest() != null) {
        reject(contest.newest(), "another challenger took its place");
      }
      progress.gate.reset();
    }
    history.keep(hash, trained.bytes(), trained.learntTo());
    trained.line().ifPresent(networks -> line.takeBack(networks, trained.artifact()));
    Entrant entrant = challenge.enter(trained.forecaster(), trained.learntTo());
    if (!trained.sound()) {
      progress.doubt.begin();
    }
    dropUnneeded();
    events.answer(Kind.TRAINED, hash, reason, trained.figures(), commands);
    boolean wins = progress.gate.decide() == Gate.Decision.PROMOTE;
    if (wins && !progress.doubt.holds() && !entrants.championStays()) {
      promote(entrant);
    }
  }

  /** Acts on what the errors so far say. */
  void judge() {
    Entrant newest = contest.newest();
    Gate.Decision decision = newest == null ? Gate.Decision.WAIT : progress.gate.decide();
    boolean wins = decision == Gate.Decision.PROMOTE && !progress.doubt.holds();
    if (wins && !newest.served()) {
      if (!entrants.championStays()) {
        promote(newest);
      } else if (!refreshes && history.isPinned()) { // Else it waits: a command may promote it.
        reject(newest, "it would have been promoted, but the champion is pinned");
      }
    } else if (newest != null && isOfNoUse()) {
      reject(
          newest,
          "persistence is clearly better than it and than the champion: learning begins anew");
    } else if (decision == Gate.Decision.REJECT && newest.served()) {
      progress.gate.reset(); // Who serves is probation's to judge.
    } else if (decision == Gate.Decision.REJECT) {
      reject(
          newest,
          "it did not beat the champion and persistence by the margin and by more than chance in time");
    }
    judgeProbation();
  }

  /** Whether neither the line nor the champion is anything to go on from. */
  private boolean isOfNoUse() {
    return refreshes && progress.standing.isBeaten() && progress.gate.isBehindPersistence();
  }

  /** Whether a model's live errors count: not while the one to go back to takes no part. */
  boolean judges(String hash) {
    return progress.onProbation.contains(hash) && !probation.waits();
  }

  /** Acts on what the live errors so far say. */
  void judgeProbation() {
    Probation.Verdict verdict = progress.probation.verdict();
    if (verdict != Probation.Verdict.OPEN && !history.isPinned() && !probation.waits()) {
      endProbation(verdict);
    }
  }

  private void promote(Entrant entrant) {
    String reason =
        "%s %s on %d unseen samples"
            .formatted(
                refreshes ? "its line of refreshes" : "it",
                progress.gate.merit(),
                progress.gate.count());
    Map<String, Double> figures = progress.gate.figures();
    if (!progress.probation.isRunning() || progress.former.isEmpty()) {
      probation.start();
    }
    serve(entrant, reason);
    if (!refreshes) {
      challenge.end();
      line.restart(entrant.hash());
      progress.schedule.promoted();
    }
    dropUnneeded();
    events.say(Kind.PROMOTED, entrant.hash(), Optional.empty(), reason, figures);
  }

  private void serve(Entrant entrant, String reason) {
    String hash = entrant.hash();
    publish(history.promote(hash, progress.former.isEmpty() ? null : progress.former, reason));
    watch(entrant);
    probation.serves(hash);
  }

  /** With its artifact, which may lie in {@code models} no longer. */
  private void publish(ModelPointer pointer) {
    output.champion(pointer, history.bytes(pointer.champion()));
    history.published(pointer.champion());
  }

  /** The errors of a new champion are counted from its first one on. */
  private void watch(Entrant champion) {
    contest.serve(champion);
    entrants.championServes();
    progress.standing.reset();
    progress.drift.reset();
  }

  private void reject(Entrant entrant, String reason) {
    Map<String, Double> figures = progress.gate.figures();
    challenge.end();
    if (refreshes) {
      boolean anew = history.champion() == null || progress.standing.isBeaten();
      line.restart(anew ? "" : history.champion());
      if (progress.standing.isBeaten()) {
        progress.standing.begunAnew();
      }
    }
    dropUnneeded();
    // Who serves is still the champion.
    String rejected = entrant.hash().equals(history.champion()) ? null : entrant.hash();
    events.say(Kind.REJECTED, rejected, Optional.empty(), reason, figures);
  }

  private void endProbation(Probation.Verdict verdict) {
    Map<String, Double> figures = progress.probation.figures();
    String former = progress.former;
    String champion = history.champion();
    probation.stop();
    if (verdict == Probation.Verdict.PASSED) {
      LOG.info("Model {}: champion {} passed probation, {}", plan.modelName, champion, figures);
      return;
    }
    String why =
        verdict == Probation.Verdict.WORSE_THAN_FORMER
            ? "the former champion did clearly better on the same samples"
            : "its live errors are clearly above those of persistence";
    Entrant back = entrants.kept(former, null);
    if (back == null) {
      LOG.warn(
          "Model {}: champion {} has to stay although {}, there is nothing to go back to: {}",
          plan.modelName,
          champion,
          why,
          figures);
      progress.schedule.drifted();
      return;
    }
    goBack(back, why, Optional.empty(), figures);
  }

  private void goBack(
      Entrant back, String why, Optional<String> command, Map<String, Double> figures) {
    String reason = "rolled back from %.12s: %s".formatted(history.champion(), why);
    publish(history.goBack(back.hash(), reason));
    probation.stop();
    watch(back);
    challenge.anew();
    line.restart(back.hash());
    dropUnneeded();
    events.say(Kind.ROLLED_BACK, back.hash(), command, reason, figures);
  }

  /**
   * Makes a former champion the champion, by command: the one that probation compares with, since
   * those after it have proven nothing yet; without a probation the newest.
   */
  void rollBack(String command) {
    ModelPointer pointer = history.pointer();
    if (pointer == null || pointer.previous().isEmpty()) {
      events.refuse(command, "there is no former champion to go back to");
      return;
    }
    String former = progress.former.isEmpty() ? pointer.previous().get(0) : progress.former;
    Entrant back = entrants.kept(former, null);
    if (back == null) {
      events.refuse(command, "the former champion %s cannot be loaded".formatted(former));
      return;
    }
    goBack(back, "a command asked for it", Optional.of(command), progress.probation.figures());
  }

  /**
   * Makes a former champion, or the challenger that waits for the gate, the champion, by command;
   * the one that is it is written again.
   *
   * @return whether it was done; else the command is refused
   */
  boolean promote(String command, String beginning) {
    List<String> found = history.beginningWith(beginning);
    if (found.size() != 1) {
      events.refuse(command, history.whyNotOne(beginning));
      return false;
    }
    String hash = found.get(0);
    Entrant newest = contest.newest();
    Entrant entrant =
        newest != null && newest.hash().equals(hash) ? newest : entrants.kept(hash, null);
    if (entrant == null) {
      events.refuse(command, "%s cannot be loaded with these settings".formatted(hash));
      return false;
    }
    String reason;
    if (hash.equals(history.champion())) {
      reason = "it is the champion already, and a command had it written to models again";
      publish(history.promote(hash, null, reason));
      if (contest.champion() == null) { // It could not be loaded before.
        watch(entrant);
        challenge.anew();
      }
    } else {
      reason = "a command asked for it";
      probation.start();
      serve(entrant, reason);
      challenge.anew();
      if (!hash.equals(progress.line)) {
        line.restart(hash);
      }
      dropUnneeded();
    }
    events.say(Kind.PROMOTED, hash, Optional.of(command), reason, Map.of());
    return true;
  }

  /** Pins or unpins the champion, by command. */
  void pin(String command, boolean pinned) {
    if (history.pointer() == null) {
      events.refuse(command, "there is no champion yet");
      return;
    }
    misfit = pinned ? misfit : ""; // It may be asked for now.
    publish(history.pin(pinned));
    entrants.warnIfPinnedInVain();
    events.say(
        pinned ? Kind.PINNED : Kind.UNPINNED,
        history.champion(),
        Optional.of(command),
        pinned ? "pinned by a command" : "unpinned by a command",
        Map.of());
  }

  /** Deletes from {@code models} what nobody has needed for long. */
  void deleteExpired() {
    history
        .takeExpired(clock.getAsLong(), plan.retrain.keep().othersFor().toMillis())
        .forEach(output::deleteArtifact);
  }

  private void dropUnneeded() {
    history.dropUnneeded(
        Set.copyOf(List.of(progress.newest, progress.against, progress.former, progress.line)),
        clock.getAsLong());
  }
}
