package io.tplus1.ops;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ModelArtifact;
import io.tplus1.serde.ModelEvent;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;

/** The metrics of models: who serves, how they were chosen, and how well each forecasts. */
final class ModelMeters {
  private static final List<Sum> SUMS =
      List.of(
          new Sum("tplus1.scores", "Horizons held against their actuals", ErrorBoard.Sums::count),
          new Sum(
              "tplus1.relative.error",
              "Squared errors, in usual squared changes",
              ErrorBoard.Sums::error),
          new Sum(
              "tplus1.relative.persistence.error",
              "The same of the last value",
              ErrorBoard.Sums::persistence),
          new Sum(
              "tplus1.interval.values", "Values that had an interval", ErrorBoard.Sums::intervals),
          new Sum(
              "tplus1.interval.covered", "Values inside their interval", ErrorBoard.Sums::covered));

  private static final List<TargetSum> TARGET_SUMS =
      List.of(
          new TargetSum(
              "tplus1.feature.scores",
              "Squared errors of the feature that were summed",
              ErrorBoard.Sums::count),
          new TargetSum(
              "tplus1.squared.error",
              "Squared errors, in the feature's unit",
              ErrorBoard.Sums::squared),
          new TargetSum(
              "tplus1.squared.persistence.error",
              "The same of the last value",
              ErrorBoard.Sums::persistenceSquared));

  private final MeterRegistrar registrar;
  private final MultiGauge serving;
  private final MultiGauge figures;
  private Map<String, Double> shownFigures = Map.of();
  private boolean trains;
  private boolean asksNetwork = true;
  private boolean logBound;
  private final Map<String, OfModel> byModel = new HashMap<>();
  private String expected = "";

  ModelMeters(MeterRegistrar registrar) {
    this.registrar = registrar;
    this.serving =
        MultiGauge.builder("tplus1.champion.info")
            .description("1 for the model that serves and what computes it")
            .register(registrar.registry());
    this.figures =
        MultiGauge.builder("tplus1.gate.figure")
            .description("Figures of the last decision about a challenger")
            .register(registrar.registry());
  }

  /**
   * @param asksNetwork whether forecasts ask a network: of one that they don't, no row says that it
   *     serves
   */
  void bindChampion(ChampionWatch champion, boolean asksNetwork, Clock clock) {
    this.asksNetwork = asksNetwork;
    registrar.count(
        "tplus1.swaps",
        "How often another model took over",
        Tags.empty(),
        champion,
        watch -> watch.seen().swaps());
    registrar.gauge(
        "tplus1.champion.age",
        "seconds",
        "Time since this instance began to serve its champion",
        () ->
            champion.seen().champion() == null || !asksNetwork
                ? Double.NaN
                : (clock.millis() - champion.seen().sinceMs()) / 1e3);
  }

  /**
   * Says that networks are trained here or elsewhere: where that was switched off, nothing would
   * end a row of failures.
   */
  void expectTrainings() {
    trains = true;
  }

  private void bindLog(ModelLog log) {
    registrar.gauge(
        "tplus1.training.duration",
        "seconds",
        "How long the newest training took",
        log::newestSeconds);
    if (trains) {
      registrar.gauge(
          "tplus1.consecutive.training.failures",
          null,
          "Trainings that failed since the newest that gave a model",
          log::failedInARow);
    }
    registrar.count(
        "tplus1.training.seconds",
        "Time spent in trainings that ended",
        Tags.empty(),
        log,
        ModelLog::trainingSeconds);
    for (ModelEvent.Kind kind : ModelEvent.Kind.values()) {
      registrar.count(
          "tplus1.model.events",
          "Events of the model",
          Tags.of("kind", MeterRegistrar.label(kind)),
          log,
          all -> all.count(kind));
    }
  }

  /** Brings the meters up to date that come and go with models. */
  void refresh(ErrorBoard board, FeatureSchema schema, ChampionWatch.Seen seen, ModelLog log) {
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    if (seen.champion() != null && asksNetwork) {
      String hash = seen.champion().modelHash();
      if (!hash.equals(expected)) {
        // Once: scores of others may drive it out again.
        board.expect(hash);
        expected = hash;
      }
      rows.add(
          MultiGauge.Row.of(
              Tags.of("model", ModelArtifact.brief(hash), "kernel", seen.champion().kernel()), 1));
    }
    // What is there stays: to put it down again would hide it from a scrape for a moment.
    serving.register(rows);
    refresh(log);
    refresh(board, schema);
  }

  /** Brings up to date which models are named apart, and their sums. */
  void refresh(ErrorBoard board, FeatureSchema schema) {
    Map<String, ErrorBoard.Sums> models = board.byModel();
    byModel
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = !models.containsKey(entry.getKey());
              if (gone) {
                entry.getValue().meters().forEach(registrar.registry()::remove);
              }
              return gone;
            });
    models.forEach(
        (model, sums) ->
            byModel
                .computeIfAbsent(model, hash -> bindModel(hash, sums, schema.targetFeatures()))
                .newest()
                .set(sums));
  }

  /** Brings up to date what is read from the log: once it has caught up, so that nothing jumps. */
  void refresh(ModelLog log) {
    if (!log.isCaughtUp()) {
      return;
    }
    if (!logBound) {
      bindLog(log);
      logBound = true;
    }
    Map<String, Double> newest = log.decision().map(ModelEvent::figures).orElse(Map.of());
    if (newest.equals(shownFigures)) {
      return;
    }
    shownFigures = newest;
    figures.register(
        newest.entrySet().stream()
            .<MultiGauge.Row<?>>map(
                figure -> MultiGauge.Row.of(Tags.of("figure", figure.getKey()), figure.getValue()))
            .toList(),
        true);
  }

  private OfModel bindModel(String hash, ErrorBoard.Sums sums, List<Feature> targets) {
    AtomicReference<ErrorBoard.Sums> newest = new AtomicReference<>(sums);
    List<Meter> meters = new ArrayList<>();
    Tags model = Tags.of("model", ModelArtifact.brief(hash));
    for (Sum sum : SUMS) {
      meters.add(
          registrar.count(
              sum.name(), sum.text(), model, newest, of -> sum.read().applyAsDouble(of.get())));
    }
    for (int i = 0; i < targets.size(); i++) {
      int target = i;
      Tags tags = model.and(Tag.of("feature", targets.get(i).name()));
      for (TargetSum sum : TARGET_SUMS) {
        meters.add(
            registrar.count(
                sum.name(),
                sum.text(),
                tags,
                newest,
                of -> sum.read().applyAsDouble(of.get(), target)));
      }
    }
    return new OfModel(newest, meters);
  }

  private record Sum(String name, String text, ToDoubleFunction<ErrorBoard.Sums> read) {}

  /**
   * A sum of each target.
   *
   * @param read of a model's sums and the number of a target
   */
  private record TargetSum(
      String name, String text, ToDoubleBiFunction<ErrorBoard.Sums, Integer> read) {}

  /**
   * What is exported of a model.
   *
   * @param newest its sums as of the last refresh; a scrape reads them for each row, so they are
   *     not read on the board, which stream threads hold
   * @param meters the rows
   */
  private record OfModel(AtomicReference<ErrorBoard.Sums> newest, List<Meter> meters) {}
}
