/**
 * What recorded series teach with a stream's own settings: their samples, what is left out of them,
 * why there are none, and how far forecasts over them are off.
 */
package io.tplus1.lesson;
