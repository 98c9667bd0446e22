package io.tplus1.ops;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Locale;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;

/** Registers meters that are read where the figures lie, at each scrape. */
final class MeterRegistrar {
  private final MeterRegistry registry;

  MeterRegistrar(MeterRegistry registry) {
    this.registry = registry;
  }

  MeterRegistry registry() {
    return registry;
  }

  /** A figure that only grows. */
  <T> FunctionCounter count(
      String name, String description, Tags tags, T source, ToDoubleFunction<T> read) {
    return FunctionCounter.builder(name, source, read)
        .description(description)
        .tags(tags)
        .register(registry);
  }

  /**
   * A figure that goes up and down.
   *
   * @param unit null for none
   */
  void gauge(String name, String unit, String description, DoubleSupplier value) {
    Gauge.builder(name, value::getAsDouble)
        .strongReference(true)
        .description(description)
        .baseUnit(unit)
        .register(registry);
  }

  /** A constant as the value of a label. */
  static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
