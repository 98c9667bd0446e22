/**
 * For tests of a setup without a broker: the deployed topologies in one process, driven by hand.
 * Users depend on it from their own tests: with the types in its signatures and {@link
 * io.tplus1.config.ConfigurationFile} it is the Java API, beside {@link io.tplus1.wire}.
 */
package io.tplus1.harness;
