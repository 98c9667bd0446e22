/** The forecast topology and its processors. */
package io.tplus1.topology;
