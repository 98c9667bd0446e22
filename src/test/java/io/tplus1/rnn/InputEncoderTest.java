package io.tplus1.rnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.Scaling;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.Provenance;
import io.tplus1.model.Strategy;
import io.tplus1.rnn.training.StepTasks;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class InputEncoderTest {

  @Property(tries = 200, seed = "20261125")
  void encodeNewest_anyLayout_isEachStepEncoded(
      @ForAll @IntRange(min = 1, max = 9) int features,
      @ForAll @IntRange(min = 0, max = 2) int behind,
      @ForAll @IntRange(min = 1, max = 120) int steps,
      @ForAll boolean cut,
      @ForAll long seed) {
    Random random = new Random(seed);
    FeatureSchema schema =
        FeatureSchema.ofNumbers(
            IntStream.range(0, features).mapToObj(i -> "f" + i).toArray(String[]::new));
    int width = features + behind;
    float[] buffer = new float[steps * width];
    for (int i = 0; i < buffer.length; i++) {
      buffer[i] = (float) random.nextGaussian();
    }
    FeatureWindow window = FeatureWindow.over(buffer, new long[steps], width, 0, steps);
    float[] shift = new float[features];
    float[] scale = new float[features];
    for (int i = 0; i < features; i++) {
      shift[i] = (float) random.nextGaussian();
      scale[i] = 0.1f + random.nextFloat();
    }
    Scaling scaling = new Scaling(shift, scale);
    InputEncoder uncut = new InputEncoder(schema, scaling, false);
    ModelManifest manifest =
        new ModelManifest(
            schema, steps, 1, Strategy.DIRECT, scaling, scaling, StepTasks.PROVENANCE);
    float limit = cut ? 0.5f : ModelManifest.UNCUT;
    InputEncoder encoder = InputEncoder.of(manifest.withInputLimit(limit), features, false);
    int newest = 1 + random.nextInt(steps);
    float[] together = new float[3 + newest * features];
    float[] oneByOne = new float[together.length];
    encoder.encodeNewest(window, newest, together, 3);
    for (int s = 0; s < newest; s++) {
      encoder.encode(window, steps - newest + s, oneByOne, 3 + s * features);
    }
    assertThat(together).isEqualTo(oneByOne);
    float[] expected = new float[together.length];
    uncut.encodeNewest(window, newest, expected, 3);
    for (int i = 0; i < expected.length; i++) {
      expected[i] = expected[i] > limit ? limit : expected[i] < -limit ? -limit : expected[i];
    }
    assertThat(together).isEqualTo(expected);
  }

  /** A network that was trained elsewhere has a value for each word alone. */
  @Test
  void of_networkWithoutUnknownWords_readsZerosForThem() {
    FeatureSchema schema =
        FeatureSchema.of(List.of(Feature.number("x"), Feature.category("word", List.of("a", "b"))));
    ModelManifest manifest =
        new ModelManifest(
            schema,
            2,
            1,
            Strategy.DIRECT,
            Scaling.identity(2),
            Scaling.identity(2),
            new Provenance("keras", 0, 0, 0, 0, Map.of(), Map.of()));

    assertThat(row(InputEncoder.of(manifest, 3, false), 2)).containsExactly(7, 0, 1);
    assertThat(row(InputEncoder.of(manifest, 3, false), 1)).containsExactly(7, 1, 0);
    assertThat(row(InputEncoder.of(manifest, 3, false), Feature.UNKNOWN)).containsExactly(7, 0, 0);
    assertThat(row(InputEncoder.of(manifest, 4, false), Feature.UNKNOWN))
        .containsExactly(7, 1, 0, 0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InputEncoder.of(manifest, 5, false))
        .withMessageStartingWith(
            "the network reads 5 values a step, and the schema's inputs are 4, or 3 without unknown words (");
  }

  /** A limit below 1 shows it: neither what stands for a word nor its id is a number. */
  @Test
  void of_cutInputs_leavesCategoriesAsTheyAre() {
    FeatureSchema schema =
        FeatureSchema.of(List.of(Feature.number("x"), Feature.category("word", List.of("a", "b"))));
    FeatureSchema word = FeatureSchema.of(List.of(schema.feature(1)));
    float[] id = new float[1];

    InputEncoder.of(cut(word), 1, true)
        .encodeNewest(FeatureWindow.of(new FeatureVector(0, new float[] {2})), 1, id, 0);

    assertThat(row(InputEncoder.of(cut(schema), 4, false), 2)).containsExactly(.5f, 0, 0, 1);
    assertThat(id).containsExactly(2);
  }

  private static ModelManifest cut(FeatureSchema schema) {
    Scaling none = Scaling.identity(schema.size());
    return new ModelManifest(schema, 2, 1, Strategy.DIRECT, none, none, StepTasks.PROVENANCE)
        .withInputLimit(.5f);
  }

  private static float[] row(InputEncoder encoder, int id) {
    float[] row = new float[encoder.columns()];
    encoder.encode(FeatureWindow.of(new FeatureVector(0, new float[] {7, id})), 0, row, 0);
    return row;
  }
}
