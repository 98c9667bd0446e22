/**
 * Kafka brokers without an installation: one in this process for the demo and the tests, and
 * brokers in their own JVMs that may be killed. Everything binds to loopback.
 */
package io.tplus1.broker;
