/** Things are killed, stopped, cut off and damaged, and what is committed is checked. */
package io.tplus1.fault;
