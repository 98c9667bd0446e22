package io.tplus1.topology.retrain;

import io.tplus1.model.Learning;
import io.tplus1.model.ModelLoader;
import io.tplus1.model.Trainer;
import io.tplus1.train.Throttle;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * What the side topology works with.
 *
 * @param learning makes networks that are refreshed
 * @param trainer trains whole networks
 * @param loader makes forecasters of artifacts
 * @param executor runs trainings, one at a time; one that runs them on the calling thread makes
 *     everything deterministic. It belongs to the caller, who closes it after the topology.
 * @param nanoClock by which trainings are throttled and limited, such as {@link System#nanoTime};
 *     one that stands still where trainings must not depend on time
 * @param sleeper lets a training thread wait
 * @param counters told what happens
 */
public record RetrainTools(
    Learning learning,
    Trainer trainer,
    ModelLoader loader,
    Executor executor,
    LongSupplier nanoClock,
    Throttle.Sleeper sleeper,
    RetrainCounters counters) {}
