/**
 * Feature vectors, the schema that names their fields, the windows they form, and their scaling;
 * and what is told of such as are kept and cannot be read.
 */
package io.tplus1.feature;
