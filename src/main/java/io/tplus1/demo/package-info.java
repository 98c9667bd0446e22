/**
 * The demo's parts: a producer of storm tracks, a reader of what comes out, and the views of it.
 */
package io.tplus1.demo;
