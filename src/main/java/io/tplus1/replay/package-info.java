/** Recorded data played again: files read as series of vectors. */
package io.tplus1.replay;
