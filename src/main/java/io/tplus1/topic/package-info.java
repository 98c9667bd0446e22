/**
 * The topics: what each must be like ({@code topics/*.yaml}), and making and checking them on a
 * cluster, of whose brokers an answer is awaited.
 */
package io.tplus1.topic;
