package io.tplus1.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class FeatureSchemaTest {
  private static final Feature LAT = Feature.number("lat");
  private static final Feature LONG = Feature.number("long");
  private static final Feature STATUS = Feature.category("status", List.of("storm", "hurricane"));

  @Test
  void ofNumbers_everyFeatureIsInputAndTarget() {
    FeatureSchema schema = FeatureSchema.ofNumbers("lat", "long");

    assertThat(schema.size()).isEqualTo(2);
    assertThat(schema.names()).containsExactly("lat", "long");
    assertThat(schema.inputs()).containsExactly(0, 1);
    assertThat(schema.targets()).containsExactly(0, 1);
    assertThat(schema.outputWidth()).isEqualTo(2);
  }

  @Test
  void outputWidth_category_hasAPlacePerIdOfEachTarget() {
    FeatureSchema schema =
        new FeatureSchema(List.of(LAT, STATUS, LONG), List.of(2, 0), List.of(1, 0));

    assertThat(schema.outputWidth()).isEqualTo(4);
    assertThat(schema.targetFeatures()).containsExactly(STATUS, LAT);
    assertThat(schema.inputs()).containsExactly(2, 0);
  }

  @Test
  void outputAt_categoryBetweenNumbers_isBehindAllItsIds() {
    FeatureSchema schema =
        new FeatureSchema(List.of(LAT, STATUS, LONG), List.of(0), List.of(2, 1, 0));

    assertThat(List.of(schema.outputAt(0), schema.outputAt(1), schema.outputAt(2)))
        .containsExactly(0, 1, 4);
    assertThat(schema.numberTargets()).containsExactly(0, 2);
  }

  /** Of an absent word not even that it is none of those known. */
  @Test
  void certain_wordThatIsAbsent_saysNothingOfIt() {
    FeatureSchema schema = FeatureSchema.of(List.of(LAT, STATUS, LONG));
    float[] forecast = {9, 9, 9, 9, 9};

    schema.certain(0, 1.5f, forecast);
    schema.certain(1, 2, forecast);
    assertThat(forecast).containsExactly(1.5f, 0, 0, 1, 9);

    schema.certain(1, Float.NaN, forecast);
    schema.certain(2, Float.NaN, forecast);
    assertThat(forecast).containsExactly(1.5f, Float.NaN, Float.NaN, Float.NaN, Float.NaN);
  }

  @Test
  void indexOf_unknownName_isMinusOne() {
    FeatureSchema schema = FeatureSchema.of(List.of(LAT, LONG));

    assertThat(schema.indexOf("long")).isEqualTo(1);
    assertThat(schema.indexOf("LONG")).isEqualTo(-1);
  }

  @Test
  void difference_ofVocabularies_namesTheFirstWordThatDiffers() {
    Feature renamed = Feature.category("status", List.of("storm", "tornado"));
    Feature longer = Feature.category("status", List.of("storm", "hurricane", "\n"));

    assertThat(difference(List.of(LAT, STATUS), List.of(LAT, renamed)))
        .isEqualTo(
            "'status' has 2 words here and 2 there; the first that differs, number 2, is 'hurricane' here and 'tornado' there");
    assertThat(difference(List.of(LAT, longer), List.of(LAT, STATUS)))
        .isEqualTo(
            "'status' has 3 words here and 2 there; the first that differs, number 3, is '?' here and absent there");
    assertThat(difference(List.of(LAT, STATUS), List.of(LAT, Feature.number("status"))))
        .isEqualTo("'status' is a category here and a number there");
  }

  private static String difference(List<Feature> features, List<Feature> others) {
    return FeatureSchema.of(features).difference(FeatureSchema.of(others), "here", "there");
  }

  @Test
  void difference_ofNamesInputsOrTargets_saysBoth() {
    FeatureSchema all = FeatureSchema.of(List.of(LAT, LONG));
    FeatureSchema readsOne = new FeatureSchema(List.of(LAT, LONG), List.of(1), List.of(0, 1));
    FeatureSchema forecastsOne = new FeatureSchema(List.of(LAT, LONG), List.of(0, 1), List.of(0));

    assertThat(difference(List.of(LAT, LONG), List.of(LONG, LAT)))
        .isEqualTo("features is [lat, long] here and [long, lat] there");
    assertThat(all.difference(readsOne, "here", "there"))
        .isEqualTo("inputs is [lat, long] here and [long] there");
    assertThat(all.difference(forecastsOne, "here", "there"))
        .isEqualTo("targets is [lat, long] here and [lat] there");
  }

  @Test
  void constructor_noFeatures_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FeatureSchema(List.of(), List.of(), List.of()))
        .withMessageContaining("at least one feature");
  }

  @Test
  void constructor_nameTwice_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureSchema.ofNumbers("lat", "long", "lat"))
        .withMessageContaining("found 'lat' twice");
  }

  @Test
  void constructor_noTargets_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FeatureSchema(List.of(LAT), List.of(0), List.of()))
        .withMessageContaining("targets must name at least one feature");
  }

  @Test
  void constructor_inputTwice_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FeatureSchema(List.of(LAT, LONG), List.of(1, 1), List.of(0)))
        .withMessageContaining("inputs must name each feature once, found [1, 1]");
  }

  @Test
  void constructor_indexOutOfRange_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FeatureSchema(List.of(LAT), List.of(0), List.of(1)))
        .withMessageContaining("targets must lie in 0..0, found 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FeatureSchema(List.of(LAT), List.of(-1), List.of(0)))
        .withMessageContaining("inputs must lie in 0..0, found -1");
  }

  @Test
  void equals_otherOrderOfTargetsOrOtherWords_differs() {
    FeatureSchema schema = FeatureSchema.of(List.of(LAT, STATUS));

    assertThat(schema)
        .isEqualTo(FeatureSchema.of(List.of(LAT, STATUS)))
        .hasSameHashCodeAs(FeatureSchema.of(List.of(LAT, STATUS)))
        .isNotEqualTo(new FeatureSchema(List.of(LAT, STATUS), List.of(0, 1), List.of(1, 0)))
        .isNotEqualTo(
            FeatureSchema.of(List.of(LAT, Feature.category("status", List.of("hurricane")))));
  }

  /** It lies in stores, so that a release must find the same as the one before. */
  @Test
  void fingerprint_knownSchema_isThatOfFormerReleases() {
    assertThat(FeatureSchema.of(List.of(LAT, STATUS)).fingerprint()).isEqualTo(0x961bdf4d);
  }

  @Test
  void fingerprint_otherOrderNamesTargetsOrWords_differs() {
    List<Feature> features = List.of(LAT, LONG, STATUS);
    Feature turned = Feature.category("status", List.of("hurricane", "storm"));
    Feature longer = Feature.category("status", List.of("storm", "hurricane", "low"));

    assertThat(
            List.of(
                FeatureSchema.of(features).fingerprint(),
                FeatureSchema.of(List.of(LONG, LAT, STATUS)).fingerprint(),
                FeatureSchema.of(List.of(LAT, Feature.number("lon"), STATUS)).fingerprint(),
                FeatureSchema.of(List.of(LAT, LONG, turned)).fingerprint(),
                FeatureSchema.of(List.of(LAT, LONG, longer)).fingerprint(),
                FeatureSchema.of(List.of(LAT, LONG, Feature.number("status"))).fingerprint(),
                new FeatureSchema(features, List.of(0), List.of(0, 2)).fingerprint(),
                new FeatureSchema(features, List.of(0), List.of(2, 0)).fingerprint()))
        .doesNotHaveDuplicates();
  }

  @Test
  void fingerprint_otherInputs_isTheSame() {
    List<Feature> features = List.of(LAT, LONG);

    assertThat(new FeatureSchema(features, List.of(1), List.of(0)).fingerprint())
        .isEqualTo(new FeatureSchema(features, List.of(0, 1), List.of(0)).fingerprint());
  }

  /** The caller's list may live on. */
  @Test
  void constructor_listChangedLater_keepsItsOwn() {
    List<Feature> features = new java.util.ArrayList<>(List.of(LAT, LONG));
    FeatureSchema schema = FeatureSchema.of(features);
    features.clear();

    assertThat(schema.names()).containsExactly("lat", "long");
  }
}
