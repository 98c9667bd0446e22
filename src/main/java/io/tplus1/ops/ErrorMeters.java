package io.tplus1.ops;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ModelArtifact;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;

/**
 * The metrics of how well was forecast, of all and by model. One thread calls {@link #refresh}.
 *
 * <p>Rows by model come and go with their models, within seconds where champions change that often:
 * too soon to be seen to grow. So all that is to be added up is in rows of its own, which only grow
 * as long as the process lives.
 */
final class ErrorMeters {
  private static final String BY_MODEL = "tplus1.";
  private static final String OF_ALL = "tplus1.all.";

  private static final List<Sum> SUMS =
      List.of(
          new Sum("scores", "Horizons held against their actuals", ErrorBoard.Sums::count),
          new Sum(
              "relative.error", "Squared errors, in usual squared changes", ErrorBoard.Sums::error),
          new Sum(
              "relative.persistence.error",
              "The same of the last value",
              ErrorBoard.Sums::persistence),
          new Sum("interval.values", "Values that had an interval", ErrorBoard.Sums::intervals),
          new Sum("interval.covered", "Values inside their interval", ErrorBoard.Sums::covered));

  private static final List<TargetSum> TARGET_SUMS =
      List.of(
          new TargetSum(
              "feature.scores",
              "Squared errors of the feature that were summed",
              ErrorBoard.Sums::count),
          new TargetSum(
              "squared.error", "Squared errors, in the feature's unit", ErrorBoard.Sums::squared),
          new TargetSum(
              "squared.persistence.error",
              "The same of the last value",
              ErrorBoard.Sums::persistenceSquared));

  private final MeterRegistrar registrar;
  private final ErrorBoard board;
  private final List<Feature> targets;
  private final boolean asksNetwork;

  /** Of all models. */
  private final AtomicReference<ErrorBoard.Sums> total;

  private final Map<String, OfModel> byModel = new HashMap<>();
  private String expected = "";

  /**
   * Binds the rows of all.
   *
   * @param asksNetwork whether forecasts ask a network: of one that they don't, no scores come
   */
  ErrorMeters(
      MeterRegistrar registrar, ErrorBoard board, FeatureSchema schema, boolean asksNetwork) {
    this.registrar = registrar;
    this.board = board;
    this.targets = schema.targetFeatures();
    this.asksNetwork = asksNetwork;
    this.total = new AtomicReference<>(board.total());
    bind(OF_ALL, Tags.empty(), total);
  }

  /** Brings up to date which models are named apart, their sums, and those of all. */
  void refresh(ChampionWatch.Seen seen) {
    if (seen.champion() != null && asksNetwork) {
      String hash = seen.champion().modelHash();
      if (!hash.equals(expected)) {
        // Once: scores of others may drive it out again.
        board.expect(hash);
        expected = hash;
      }
    }
    total.set(board.total());
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
            byModel.computeIfAbsent(model, hash -> bindModel(hash, sums)).newest().set(sums));
  }

  private OfModel bindModel(String hash, ErrorBoard.Sums sums) {
    AtomicReference<ErrorBoard.Sums> newest = new AtomicReference<>(sums);
    return new OfModel(newest, bind(BY_MODEL, Tags.of("model", ModelArtifact.brief(hash)), newest));
  }

  /**
   * @param prefix of the metrics' names
   * @param newest is read at each scrape, for each row; a counter keeps its source weakly, so that
   *     what reads it holds it
   */
  private List<Meter> bind(String prefix, Tags tags, AtomicReference<ErrorBoard.Sums> newest) {
    List<Meter> meters = new ArrayList<>();
    for (Sum sum : SUMS) {
      meters.add(
          registrar.count(
              prefix + sum.name(),
              sum.text(),
              tags,
              newest,
              same -> sum.read().applyAsDouble(newest.get())));
    }
    for (int i = 0; i < targets.size(); i++) {
      int target = i;
      Tags ofTarget = tags.and(Tag.of("feature", targets.get(i).name()));
      for (TargetSum sum : TARGET_SUMS) {
        meters.add(
            registrar.count(
                prefix + sum.name(),
                sum.text(),
                ofTarget,
                newest,
                same -> sum.read().applyAsDouble(newest.get(), target)));
      }
    }
    return meters;
  }

  /**
   * A sum.
   *
   * @param name of the metric, without what tells whose it is
   */
  private record Sum(String name, String text, ToDoubleFunction<ErrorBoard.Sums> read) {}

  /**
   * A sum of each target.
   *
   * @param name of the metric, without what tells whose it is
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
