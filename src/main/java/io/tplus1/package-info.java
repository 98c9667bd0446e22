/** The command line, and the one place where everything is joined. */
package io.tplus1;
