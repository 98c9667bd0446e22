package io.tplus1.rnn.kernel;

import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Shape;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Compiles networks into kernels. */
public final class Kernels {
  private static final Arithmetic PLAIN = new PlainArithmetic(true);

  private Kernels() {}

  /**
   * Compiles for the given arithmetic; {@code AUTO} takes the one that is expected to be faster:
   * vectors wherever there are any, which won at every shape measured, from one unit on.
   *
   * @param maxSteps steps of the longest window, for a network of any number of steps, which takes
   *     a shorter one as it is; without meaning where the number is fixed: then a shorter window is
   *     padded at its old end and masked
   * @throws IllegalStateException if {@code kind} is {@code VECTOR} and this JVM offers no vectors
   */
  public static Kernel compile(Network network, int maxSteps, KernelKind kind) {
    int steps = network.steps() == Shape.ANY_STEPS ? maxSteps : network.steps();
    if (steps < 1) {
      throw new IllegalArgumentException("maxSteps must be at least 1, found " + maxSteps);
    }
    return new CompiledKernel(network, steps, arithmetic(kind));
  }

  /** One of each kind, as {@link #compile} makes it. */
  public static List<Kernel> compileAll(Network network, int maxSteps) {
    return kinds().stream().map(kind -> compile(network, maxSteps, kind)).toList();
  }

  /** Every kind of arithmetic that this JVM offers. */
  public static List<KernelKind> kinds() {
    return vectorAvailable()
        ? List.of(KernelKind.PLAIN, KernelKind.VECTOR)
        : List.of(KernelKind.PLAIN);
  }

  /** Whether this JVM and machine offer the Vector API. */
  public static boolean vectorAvailable() {
    return Vectors.PROVIDER != null;
  }

  private static Arithmetic arithmetic(KernelKind kind) {
    if (kind == KernelKind.VECTOR && !vectorAvailable()) {
      throw new IllegalStateException(
          "no vector kernel here: it needs --add-modules jdk.incubator.vector and a CPU with vectors"
              + " of at least 128 bits that the JVM uses");
    }
    return kind == KernelKind.PLAIN || !vectorAvailable() ? PLAIN : Vectors.PROVIDER.arithmetic();
  }

  /** Looked for once, on first use; an absent module is found by the provider's failing to link. */
  private static final class Vectors {
    static final KernelProvider PROVIDER = find();

    private static KernelProvider find() {
      try {
        Iterator<KernelProvider> providers =
            ServiceLoader.load(KernelProvider.class, Kernels.class.getClassLoader()).iterator();
        KernelProvider provider = providers.hasNext() ? providers.next() : null;
        return provider != null && provider.arithmetic() != null ? provider : null;
      } catch (ServiceConfigurationError | LinkageError e) {
        return null;
      }
    }
  }
}
