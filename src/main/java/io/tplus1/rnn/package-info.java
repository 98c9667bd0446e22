/**
 * Recurrent networks as models: kept in artifacts with a certificate, served by the kernel, or by
 * DL4J where the kernel cannot.
 */
package io.tplus1.rnn;
