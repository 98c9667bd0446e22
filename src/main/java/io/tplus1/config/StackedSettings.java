package io.tplus1.config;

/**
 * How the expert that is stacked on the others learns.
 *
 * @param ridge rows of no relation that hold a coefficient at 0 as firmly
 * @param forgetting what a row's weight is multiplied with at each newer one
 * @param huber usual errors beyond which a row weighs less; 0 for off
 * @param pooled whether all series of a task learn it together, in raw units
 */
public record StackedSettings(double ridge, double forgetting, double huber, boolean pooled) {}
