/** The command line. */
package io.tplus1;
