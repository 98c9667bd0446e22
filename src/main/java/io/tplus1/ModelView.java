package io.tplus1;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.catalogue.ModelCatalogue;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelPointer;
import io.tplus1.model.Provenance;
import io.tplus1.model.Shown;
import io.tplus1.serde.JsonNumbers;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEventSerde;
import io.tplus1.serde.ModelScores;
import io.tplus1.train.Gate;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Models and events for people, and as JSON for programs. Whoever may write records about models
 * chose their texts.
 */
final class ModelView {
  private static final int EVENTS = 20;

  /** Of these beside the models, for people. */
  private static final int LISTED_EVENTS = 10;

  private ModelView() {}

  /** A line for each model, then who is the champion, and what happened of late. */
  static void list(PrintWriter print, ModelCatalogue catalogue) {
    table(print, catalogue);
    catalogue.pointer().ifPresent(pointer -> champion(print, catalogue, pointer));
    if (catalogue.models().isEmpty() && catalogue.pointer().isEmpty()) {
      Shown.print(print, "no model of the name %s yet%n", catalogue.modelName());
    }
    if (catalogue.models().stream()
        .anyMatch(model -> model.standing() == ModelCatalogue.Standing.KEPT)) {
      print.println(
          "those called kept are there for replay, for models.keep.ms and up to 256 MiB, for a judgement that runs, or of another model.name; promote takes former ones");
    }
    int unreadable = catalogue.unreadable().size();
    if (unreadable > 0) {
      Shown.print(print, "%d artifacts cannot be read and are left out%n", unreadable);
    }
    List<ModelEvent> newest = catalogue.newest(LISTED_EVENTS);
    if (!newest.isEmpty()) {
      print.println();
    }
    for (ModelEvent event : newest) {
      happened(print, event, event.hash().map(hash -> " " + ModelArtifact.brief(hash)).orElse(""));
    }
    print.flush();
  }

  private static void table(PrintWriter print, ModelCatalogue catalogue) {
    if (catalogue.models().isEmpty()) {
      return;
    }
    int gateWidth =
        catalogue.models().stream()
            .mapToInt(model -> gate(model.figures()).length())
            .reduce("gate".length(), Math::max);
    String line = "%-12s  %-8s  %-16s  %-16s  %8s  %-" + gateWidth + "s  %s%n";
    Shown.print(print, line, "model", "", "learnt from", "to", "samples", "gate", "live");
    for (ModelCatalogue.Entry model : catalogue.models()) {
      Provenance provenance = model.manifest().provenance();
      Shown.print(
          print,
          line,
          ModelArtifact.brief(model.hash()),
          standing(model),
          !provenance.tellsTime() ? "-" : minute(provenance.fromMs()),
          !provenance.tellsTime() ? "-" : minute(provenance.toMs()),
          provenance.samples(),
          gate(model.figures()),
          live(model.live()));
    }
    print.println();
  }

  private static void champion(PrintWriter print, ModelCatalogue catalogue, ModelPointer pointer) {
    Shown.print(
        print,
        "champion %s (epoch %d): %s%s%s%n",
        ModelArtifact.brief(pointer.champion()),
        pointer.epoch(),
        pointer.reason(),
        pointer.pinned() ? "; pinned, commands alone replace it" : "",
        whyNotListed(catalogue, pointer.champion()));
  }

  /** Why no line is the champion's, for who reads on; empty where one is. */
  private static String whyNotListed(ModelCatalogue catalogue, String champion) {
    if (!catalogue.beginning(champion).isEmpty()) {
      return "";
    }
    return catalogue
        .unreadable(champion)
        .map(artifact -> "; its artifact cannot be read here: " + artifact.why())
        .orElse("; its artifact is not in models");
  }

  /** Everything about one model. */
  static void show(PrintWriter print, ModelCatalogue catalogue, ModelCatalogue.Entry model) {
    Provenance provenance = model.manifest().provenance();
    Shown.print(print, "model        %s%n", model.hash());
    Shown.print(print, "standing     %s%n", standing(model));
    Shown.print(print, "size         %,d bytes%n", model.bytes());
    Shown.print(print, "made by      %s, seed %d%n", provenance.source(), provenance.seed());
    if (!provenance.tellsTime()) {
      print.println("learnt from  unknown: it was imported");
    } else {
      Shown.print(
          print,
          "learnt from  %s to %s, %,d samples%n",
          Instant.ofEpochMilli(provenance.fromMs()),
          Instant.ofEpochMilli(provenance.toMs()),
          provenance.samples());
    }
    Shown.print(
        print,
        "forecasts    %s, %d steps ahead from %d, %s%n",
        model.manifest().schema().targetFeatures().stream().map(feature -> feature.name()).toList(),
        model.manifest().horizon(),
        model.manifest().steps(),
        model.manifest().strategy().name().toLowerCase(Locale.ROOT));
    model
        .figures()
        .forEach((name, value) -> Shown.print(print, "figure       %s = %.6g%n", name, value));
    Shown.print(print, "live         %s%n", live(model.live()));
    List<ModelEvent> about =
        catalogue.events().stream()
            .filter(event -> event.hash().filter(model.hash()::equals).isPresent())
            .toList();
    about
        .subList(Math.max(0, about.size() - EVENTS), about.size())
        .forEach(event -> happened(print, event, ""));
    print.flush();
  }

  private static void happened(PrintWriter print, ModelEvent event, String toWhom) {
    Shown.print(
        print,
        "event        %s %s%s: %s%s%n",
        Instant.ofEpochMilli(event.timeMs()),
        event.kind(),
        toWhom,
        event.reason(),
        event.command().map(id -> " (command %s)".formatted(id)).orElse(""));
  }

  /** What an event says, in one or two lines. */
  static void event(PrintWriter print, ModelEvent event) {
    Shown.print(
        print,
        "%s%s: %s%n",
        event.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
        event.hash().map(hash -> " " + ModelArtifact.brief(hash)).orElse(""),
        event.reason());
    Map<String, Double> figures = new TreeMap<>(event.figures());
    figures.remove(ModelEvent.SECONDS, 0.0); // of a training that nobody timed
    if (!figures.isEmpty()) {
      figures.forEach((name, value) -> Shown.print(print, "  %s %.6g", name, value));
      print.println();
    }
    event
        .champion()
        .ifPresent(hash -> Shown.print(print, "  champion %s%n", ModelArtifact.brief(hash)));
    print.flush();
  }

  /** All models as one object, with the newest events, oldest first. */
  static void listJson(PrintWriter print, ModelCatalogue catalogue) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("name", catalogue.modelName());
    catalogue
        .pointer()
        .ifPresent(
            pointer -> {
              root.put("champion", pointer.champion());
              root.put("pinned", pointer.pinned());
              root.put("epoch", pointer.epoch());
              root.put("reason", pointer.reason());
            });
    ArrayNode models = root.putArray("models");
    catalogue.models().forEach(model -> models.add(json(model)));
    root.put("unreadable", catalogue.unreadable().size());
    ArrayNode events = root.putArray("events");
    catalogue.newest(EVENTS).forEach(event -> events.add(ModelEventSerde.tree(event)));
    print.println(root);
    print.flush();
  }

  /** One model as an object, with the events about it. */
  static void showJson(PrintWriter print, ModelCatalogue catalogue, ModelCatalogue.Entry model) {
    ObjectNode root = json(model);
    ArrayNode events = root.putArray("events");
    catalogue.events().stream()
        .filter(event -> event.hash().filter(model.hash()::equals).isPresent())
        .forEach(event -> events.add(ModelEventSerde.tree(event)));
    print.println(root);
    print.flush();
  }

  /** An event as one object. */
  static void eventJson(PrintWriter print, ModelEvent event) {
    print.println(ModelEventSerde.tree(event));
    print.flush();
  }

  private static ObjectNode json(ModelCatalogue.Entry model) {
    Provenance provenance = model.manifest().provenance();
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("hash", model.hash());
    node.put("standing", model.standing().name());
    node.put("bytes", model.bytes());
    node.put("source", provenance.source());
    node.put("from", provenance.tellsTime() ? provenance.fromMs() : null);
    node.put("to", provenance.tellsTime() ? provenance.toMs() : null);
    node.put("samples", provenance.samples());
    JsonNumbers.put(node.putObject("figures"), new TreeMap<>(model.figures()));
    if (model.live().isPresent()) {
      ModelScores.Sums live = model.live().get();
      ObjectNode sums = node.putObject("live");
      sums.put("count", live.count());
      putMean(sums, "error", live.error(), live.count());
      putMean(sums, "network", live.network(), live.count());
      putMean(sums, "persistence", live.persistence(), live.count());
      putMean(sums, "coverage", (double) live.covered(), live.intervals());
    }
    return node;
  }

  private static void putMean(ObjectNode node, String name, double sum, long count) {
    JsonNumbers.put(node, name, sum / (double) count);
  }

  private static String standing(ModelCatalogue.Entry model) {
    return model.standing().name().toLowerCase(Locale.ROOT);
  }

  private static String minute(long timeMs) {
    return Instant.ofEpochMilli(timeMs).toString().substring(0, 16);
  }

  /** Challenger, champion and persistence on the same unseen samples, and how many. */
  private static String gate(Map<String, Double> figures) {
    if (!figures.containsKey(Gate.CHALLENGER_ERROR)) {
      return "-";
    }
    return "%.4g, champion %s, last %s (%s)"
        .formatted(
            figures.get(Gate.CHALLENGER_ERROR),
            figure(figures, Gate.CHAMPION_ERROR, "%.4g"),
            figure(figures, Gate.PERSISTENCE_ERROR, "%.4g"),
            figure(figures, Gate.SAMPLES, "%.0f"));
  }

  private static String figure(Map<String, Double> figures, String name, String format) {
    Double value = figures.get(name);
    return value == null ? "-" : format.formatted(value);
  }

  /** The model's own error, as probation counts it; what was sent may have been a mix. */
  private static String live(Optional<ModelScores.Sums> live) {
    return live.filter(sums -> sums.count() > 0)
        .map(
            sums ->
                "%.4g, %slast %.4g (%d)"
                    .formatted(
                        sums.network() / sums.count(),
                        sums.network() == sums.error()
                            ? ""
                            : "sent %.4g, ".formatted(sums.error() / sums.count()),
                        sums.persistence() / sums.count(),
                        sums.count()))
        .orElse("-");
  }
}
