package io.tplus1.topic;

import java.util.List;

/**
 * An application on Kafka Streams.
 *
 * @param stores those that it keeps in changelogs
 * @param starts whether it is to start: its stores have to fit the topics only then
 */
public record Application(String id, List<StoreContract> stores, boolean starts) {
  public Application {
    stores = List.copyOf(stores);
  }

  /** Name that Kafka Streams gives the changelog of an application's store. */
  public static String changelog(String id, String store) {
    return id + "-" + store + "-changelog";
  }

  /** Names of the changelogs of its stores. */
  public List<String> changelogs() {
    return stores.stream().map(this::changelog).toList();
  }

  /** Those of the stores that it has whatever its settings are. */
  List<String> lastingChangelogs() {
    return stores.stream().filter(store -> !store.optional()).map(this::changelog).toList();
  }

  private String changelog(StoreContract store) {
    return changelog(id, store.name());
  }
}
