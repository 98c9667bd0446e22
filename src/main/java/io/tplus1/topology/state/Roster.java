package io.tplus1.topology.state;

import io.tplus1.config.ContextSettings;
import io.tplus1.config.Expert;
import io.tplus1.config.ExpertSettings;
import io.tplus1.config.ForecastSettings;
import io.tplus1.config.StackedSettings;
import io.tplus1.expert.LinearShape;
import io.tplus1.expert.Markov;
import io.tplus1.expert.StackedShape;
import io.tplus1.expert.SymbolContext;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.score.MixPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.common.config.ConfigException;

/**
 * Who forecasts, and who of them is mixed, in which order, as all series share it. Where nothing is
 * mixed, the network's forecast is the forecast, and the mix has no names. Immutable.
 *
 * <p>An expert's code stands for it in stored state and is never given to another one: {@link
 * Expert#code}; for every season but the first, {@value #SEASON} and the season's place in the
 * settings; and for the counts of contexts, which are an expert each, {@value #MARKOV} and the
 * context's place in the settings, from 1; 0 is the one without a context.
 */
public final class Roster {
  /** What names of counts begin with. */
  private static final String COUNT = "markov-";

  /** The name of the counts without a context, which alone speak of what lies beyond t+1. */
  public static final String REPEATS = COUNT + "0";

  private static final int SEASON = 16;
  private static final int MARKOV = 32;

  private final List<String> names = new ArrayList<>();
  private final List<Byte> codes = new ArrayList<>();

  /** By an expert's own code: the first place of what it is among those that forecast, or −1. */
  private final int[] places = new int[SEASON];

  private final MixPlan mixPlan;
  private final LinearShape series;
  private final StackedPart stacked;
  private final List<SymbolContext> contexts;

  /**
   * Those that the settings name and that fit the schema's targets.
   *
   * @throws ConfigException if they fit none of them, or each other not
   */
  public Roster(FeatureSchema schema, ForecastSettings settings) {
    ExpertSettings experts = settings.experts();
    int horizon = settings.windows().horizon();
    this.contexts = experts.contexts().stream().map(one -> context(one, schema)).toList();
    Arrays.fill(places, -1);
    for (Expert expert : experts.experts()) {
      if (!experts.has(expert, schema)) {
        continue; // It has nothing to forecast.
      }
      places[expert.code()] = size();
      if (expert == Expert.MARKOV) {
        requireCountable(schema, experts);
        add(REPEATS, MARKOV);
        for (int i = 0; i < contexts.size(); i++) {
          add(name(experts.contexts().get(i)), MARKOV + 1 + i);
        }
      } else {
        add(expert.toString(), expert.code());
        if (expert == Expert.SEASONAL) {
          for (int i = 1; i < experts.seasons().size(); i++) {
            add(expert + "-" + experts.seasons().get(i), SEASON + i);
          }
        }
      }
    }
    if (!experts.isMix()) {
      names.clear();
      codes.clear();
    } else if (codes.isEmpty()) {
      throw new ConfigException(
          "experts",
          experts.experts(),
          "none of them fits a target of %s: markov forecasts categories, the others but rnn and last forecast numbers"
              .formatted(schema));
    }
    byte[] ordered = new byte[codes.size()];
    for (int i = 0; i < ordered.length; i++) {
      ordered[i] = codes.get(i);
    }
    this.mixPlan = ordered.length > 0 ? mixPlan(schema, experts, horizon, ordered) : null;
    // Of those that the side topology learns as well: what does not fit stops both roles alike.
    for (Expert linear : experts.shared(schema)) {
      LinearShapes.of(linear, experts, schema, horizon);
    }
    this.series =
        has(Expert.SERIES) ? LinearShapes.of(Expert.SERIES, experts, schema, horizon) : null;
    this.stacked = has(Expert.STACKED) ? stacked(schema, experts, horizon) : null;
  }

  private static MixPlan mixPlan(
      FeatureSchema schema, ExpertSettings experts, int horizon, byte[] codes) {
    try {
      return new MixPlan(schema, horizon, codes, experts.mix());
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          "experts",
          experts.experts(),
          "%s: each of markov.contexts and of season.steps is an expert of its own; give fewer"
              .formatted(e.getMessage()));
    }
  }

  private StackedPart stacked(FeatureSchema schema, ExpertSettings experts, int horizon) {
    StackedSettings settings = experts.stacked();
    List<Integer> groups = IntStream.range(0, horizon).mapToObj(mixPlan::group).toList();
    try {
      StackedShape shape =
          new StackedShape(
              schema,
              size() - 1,
              groups,
              settings.ridge(),
              settings.forgetting(),
              settings.huber());
      List<String> targets =
          schema.targetFeatures().stream().map(one -> one.name() + one.isCategory()).toList();
      return new StackedPart(shape, List.of(codes, experts.seasons(), targets, groups).hashCode());
    } catch (IllegalArgumentException e) {
      throw new ConfigException("The expert 'stacked' does not fit: " + e.getMessage());
    }
  }

  private static void requireCountable(FeatureSchema schema, ExpertSettings experts) {
    for (Feature feature : schema.targetFeatures()) {
      if (feature.isCategory() && feature.width() > Markov.MOST_IDS) {
        throw new ConfigException(
            "experts",
            experts.experts(),
            "markov counts at most %d words, and '%s' has %d: take markov out, or give it fewer words"
                .formatted(Markov.MOST_IDS - 1, feature.name(), feature.width() - 1));
      }
    }
  }

  private static SymbolContext context(ContextSettings settings, FeatureSchema schema) {
    return new SymbolContext(
        settings.symbols(),
        settings.readings().stream()
            .map(
                one ->
                    new SymbolContext.Reading(
                        schema.indexOf(one.feature()),
                        Math.max(one.width(), Float.MIN_VALUE), // any change at all
                        one.change()))
            .toList());
  }

  /**
   * As the settings have it: {@code markov-1+wind/5.0+wind~0.0}; but of no words and no readings it
   * is told apart from {@link #REPEATS}.
   */
  private static String name(ContextSettings context) {
    if (context.symbols() == 0 && context.readings().isEmpty()) {
      return COUNT + "none";
    }
    StringBuilder name = new StringBuilder(COUNT).append(context.symbols());
    for (ContextSettings.Reading reading : context.readings()) {
      name.append('+').append(reading.feature()).append(reading.change() ? '~' : '/');
      name.append(reading.width());
    }
    return name.toString();
  }

  /** Whether an expert of this name counts symbols. */
  public static boolean isCount(String name) {
    return name.startsWith(COUNT);
  }

  private void add(String name, int code) {
    names.add(name);
    codes.add((byte) code);
  }

  /** Whether forecasts are mixed; else the network's is the forecast. */
  public boolean mixes() {
    return mixPlan != null;
  }

  /** Names in the order of the mix; empty where nothing is mixed. */
  public List<String> names() {
    return List.copyOf(names);
  }

  /** How many there are in the mix; 0 where nothing is mixed. */
  public int size() {
    return names.size();
  }

  /** Whether an expert forecasts. */
  public boolean has(Expert expert) {
    return place(expert) >= 0;
  }

  /**
   * Place among those that forecast, which is that in the mix where there is one: the first of
   * several that count or know a season; −1 if it has none.
   */
  public int place(Expert expert) {
    return places[expert.code()];
  }

  /** Whether one of a name is in the mix. */
  public boolean has(String name) {
    return names.contains(name);
  }

  /** Place in the mix of the one of a name, or −1. */
  public int place(String name) {
    return names.indexOf(name);
  }

  byte code(int place) {
    return codes.get(place);
  }

  /** How experts are mixed; empty where nothing is. */
  public Optional<MixPlan> mixPlan() {
    return Optional.ofNullable(mixPlan);
  }

  /** What the linear expert of each series reads; empty where there is none. */
  public Optional<LinearShape> series() {
    return Optional.ofNullable(series);
  }

  /** What the expert that stands on the others keeps; empty where there is none. */
  public Optional<StackedPart> stacked() {
    return Optional.ofNullable(stacked);
  }

  /** What the counts of symbols are conditioned on, in the order of the settings. */
  public List<SymbolContext> contexts() {
    return contexts;
  }

  /** Whether symbols are counted. */
  public boolean countsSymbols() {
    return has(Expert.MARKOV);
  }

  /** Stored forecasts of experts in the order of this mix; of who is gone, nothing. */
  float[][] inOrder(byte[] storedCodes, float[][] stored) {
    if (codes.isEmpty() || storedCodes.length == 0) {
      return new float[0][];
    }
    float[][] ordered = new float[size()][];
    for (int i = 0; i < storedCodes.length; i++) {
      int place = codes.indexOf(storedCodes[i]);
      if (place >= 0) {
        ordered[place] = stored[i];
      }
    }
    return ordered;
  }
}
