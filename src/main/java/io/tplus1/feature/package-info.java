/**
 * Feature vectors, the schema that names their fields, the windows they form, and their scaling.
 */
package io.tplus1.feature;
