package io.tplus1.ops;

import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.tplus1.model.ModelArtifact;
import io.tplus1.serde.ModelEvent;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The metrics of models: who serves, and how they were chosen. */
final class ModelMeters {
  private final MeterRegistrar registrar;
  private final MultiGauge serving;
  private final MultiGauge figures;
  private Map<String, Double> shownFigures = Map.of();
  private boolean trains;
  private boolean asksNetwork = true;
  private boolean logBound;

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
  void refresh(ChampionWatch.Seen seen, ModelLog log) {
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    if (seen.champion() != null && asksNetwork) {
      String hash = seen.champion().modelHash();
      rows.add(
          MultiGauge.Row.of(
              Tags.of("model", ModelArtifact.brief(hash), "kernel", seen.champion().kernel()), 1));
    }
    // What is there stays: to put it down again would hide it from a scrape for a moment.
    serving.register(rows);
    refresh(log);
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
}
