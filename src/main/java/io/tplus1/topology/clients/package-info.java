/** Kafka clients that send at once what comes alone, and in batches what comes in crowds. */
package io.tplus1.topology.clients;
