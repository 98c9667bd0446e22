/** Files read as series of vectors. */
package io.tplus1.csv;
