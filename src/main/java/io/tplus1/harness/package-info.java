/**
 * For tests of a setup without a broker: the deployed topology in one process, driven by hand.
 * Users depend on it from their own tests.
 */
package io.tplus1.harness;
