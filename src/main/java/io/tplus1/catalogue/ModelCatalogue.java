package io.tplus1.catalogue;

import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.ModelPointer;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelScores;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is known of the models of one model name.
 *
 * @param modelName setting {@code model.name}
 * @param pointer which of them serves; empty before the first
 * @param models the champion first, then those before it, newest first, then the others by the
 *     newest vector that they learnt from
 * @param events what happened, oldest first
 * @param unreadable artifacts that nobody could load here, in the order of their records
 */
public record ModelCatalogue(
    String modelName,
    Optional<ModelPointer> pointer,
    List<Entry> models,
    List<ModelEvent> events,
    List<Unreadable> unreadable) {

  /** What a model is to the champion pointer. */
  public enum Standing {
    CHAMPION,
    /** A former champion to which one can go back. */
    FORMER,
    /** Neither: kept for replay, for a judgement that runs, or of another name. */
    KEPT
  }

  /**
   * One artifact.
   *
   * @param hash its content hash
   * @param bytes its size
   * @param figures what its own training measured, and its judgement, of two the newer; by name
   * @param live sums of matured errors of its forecasts; empty if it made none
   */
  public record Entry(
      String hash,
      Standing standing,
      int bytes,
      ModelManifest manifest,
      Map<String, Double> figures,
      Optional<ModelScores.Sums> live) {}

  /**
   * An artifact that lies there and cannot be loaded.
   *
   * @param hash under which it lies
   * @param why in words
   * @param isNewer whether nothing is wrong in itself, and a newer version of tplus1 reads it
   */
  public record Unreadable(String hash, String why, boolean isNewer) {}

  /** What identifies a kind of model: artifacts are not keyed by model name. */
  public record Shape(List<String> features, int steps, int horizon) {
    static Shape of(ModelManifest manifest) {
      return new Shape(manifest.schema().names(), manifest.steps(), manifest.horizon());
    }
  }

  /** The models whose hash begins so. */
  public List<Entry> beginning(String hash) {
    return models.stream().filter(model -> model.hash().startsWith(hash)).toList();
  }

  /** The first whose hash begins so and that cannot be loaded; empty if there is none. */
  public Optional<Unreadable> unreadable(String hash) {
    return unreadable.stream().filter(artifact -> artifact.hash().startsWith(hash)).findFirst();
  }

  /**
   * The newest events, oldest first. Of trainings in a row that no command asked for, as light
   * refreshes are, it is the newest alone.
   *
   * @param most how many
   */
  public List<ModelEvent> newest(int most) {
    Deque<ModelEvent> newest = new ArrayDeque<>();
    for (int i = events.size() - 1; i >= 0 && newest.size() < most; i--) {
      ModelEvent event = events.get(i);
      if (newest.isEmpty() || !isUnasked(event) || !isUnasked(newest.getFirst())) {
        newest.addFirst(event);
      }
    }
    return List.copyOf(newest);
  }

  private static boolean isUnasked(ModelEvent event) {
    return event.kind() == ModelEvent.Kind.TRAINED && event.command().isEmpty();
  }

  /** The newest event about a model whose hash begins so; empty if there is none. */
  public Optional<ModelEvent> newestOf(String hash) {
    return events.stream()
        .filter(event -> event.hash().filter(whole -> whole.startsWith(hash)).isPresent())
        .reduce((older, newer) -> newer);
  }

  /** Puts a catalogue together from records, in the order of their topics. */
  public static final class Builder {
    private final String modelName;
    private final Shape shape;
    private final Map<String, ModelManifest> manifests = new LinkedHashMap<>();
    private final Map<String, Integer> sizes = new HashMap<>();
    private final Map<String, Unreadable> unreadable = new LinkedHashMap<>();
    private final List<ModelEvent> events = new ArrayList<>();
    private final Map<String, ModelScores.Sums> live = new HashMap<>();
    private ModelPointer pointer;

    /**
     * @param shape what models of this configuration are like
     */
    public Builder(String modelName, Shape shape) {
      this.modelName = modelName;
      this.shape = shape;
    }

    /** An artifact, or with null its end. */
    public void artifact(String hash, byte[] bytes) {
      manifests.remove(hash);
      unreadable.remove(hash);
      if (bytes == null) {
        return;
      }
      try {
        ModelArtifact artifact = ModelArtifact.read(bytes);
        if (artifact.hash().equals(hash)) {
          manifests.put(hash, artifact.manifest());
          sizes.put(hash, bytes.length);
        } else {
          unreadable(hash, "its content's hash is " + ModelArtifact.brief(artifact.hash()), false);
        }
      } catch (InvalidArtifactException e) {
        unreadable(hash, e.getMessage(), e.isOfNewerFormat());
      } catch (RuntimeException e) {
        unreadable(hash, e.toString(), false);
      }
    }

    private void unreadable(String hash, String why, boolean isNewer) {
      unreadable.put(hash, new Unreadable(hash, why, isNewer));
    }

    /** The newest pointer, or with null its end. */
    public void pointer(ModelPointer newest) {
      pointer = newest;
    }

    public void event(ModelEvent event) {
      events.add(event);
    }

    public void scores(ModelScores scores) {
      scores.byModel().forEach((hash, sums) -> live.merge(hash, sums, ModelScores.Sums::plus));
    }

    public ModelCatalogue build() {
      Map<String, Map<String, Double>> figures = new HashMap<>();
      for (ModelEvent event : events) {
        if (event.kind() == ModelEvent.Kind.ROLLED_BACK) {
          continue; // Its figures are of the champion that failed, its hash is of the one before.
        }
        Map<String, Double> told =
            isOfAnotherTraining(event, figures.keySet()) ? Map.of() : event.figures();
        event
            .hash()
            .ifPresent(hash -> figures.computeIfAbsent(hash, h -> new TreeMap<>()).putAll(told));
      }
      List<String> order = new ArrayList<>();
      if (pointer != null) {
        order.add(pointer.champion());
        order.addAll(pointer.previous());
      }
      List<Entry> models = new ArrayList<>();
      manifests.forEach(
          (hash, manifest) -> {
            if (order.contains(hash)
                || figures.containsKey(hash)
                || Shape.of(manifest).equals(shape)) {
              Map<String, Double> all = new TreeMap<>(manifest.provenance().figures());
              all.putAll(figures.getOrDefault(hash, Map.of()));
              models.add(
                  new Entry(
                      hash,
                      standing(order.indexOf(hash)),
                      sizes.get(hash),
                      manifest,
                      all,
                      Optional.ofNullable(live.get(hash))));
            }
          });
      models.sort(
          Comparator.<Entry>comparingInt(model -> place(order, model.hash()))
              .thenComparing(
                  Comparator.<Entry>comparingLong(model -> model.manifest().provenance().toMs())
                      .reversed())
              .thenComparing(Entry::hash));
      return new ModelCatalogue(
          modelName,
          Optional.ofNullable(pointer),
          List.copyOf(models),
          List.copyOf(events),
          List.copyOf(unreadable.values()));
    }

    /**
     * Whether an event tells of a training that learnt nothing better than the model that it names:
     * of a model's own the topic says before anything else of it, while another one serves.
     */
    private static boolean isOfAnotherTraining(ModelEvent event, Set<String> known) {
      return event.kind() == ModelEvent.Kind.TRAINED
          && (event.hash().filter(known::contains).isPresent()
              || event.hash().equals(event.champion()));
    }

    private static Standing standing(int place) {
      return switch (place) {
        case -1 -> Standing.KEPT;
        case 0 -> Standing.CHAMPION;
        default -> Standing.FORMER;
      };
    }

    private static int place(List<String> order, String hash) {
      int place = order.indexOf(hash);
      return place < 0 ? Integer.MAX_VALUE : place;
    }
  }
}
