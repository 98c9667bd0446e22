package io.tplus1.topology.rows;

import java.nio.file.Path;

/**
 * How rows on the disk are kept.
 *
 * @param besideTasks whether they lie in {@link #FOLDER}, beside the folders of tasks, of which
 *     Kafka Streams delete that of one that fails exactly once; else in the task's
 * @param commits of the stream threads, where they write exactly once; else {@link Commits#UNKNOWN}
 */
public record RowKeeping(boolean besideTasks, Commits commits) {
  /** Beside the folders of tasks. */
  public static final String FOLDER = "kept";

  /** As long as a task's folder is kept, as in a test driver. */
  public static final RowKeeping WITH_TASKS = new RowKeeping(false, Commits.UNKNOWN);

  /** Where those of a store of a task lie. */
  Path folder(Path task, String store) {
    return besideTasks
        ? task.resolveSibling(FOLDER).resolve(task.getFileName()).resolve(store)
        : task.resolve(store);
  }
}
