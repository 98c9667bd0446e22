/**
 * A running instance: the topologies of its role on Kafka Streams, its name and its stores on this
 * disk, what happens when a thread fails, when producers send, training threads, and the HTTP
 * server beside them.
 */
package io.tplus1.instance;
