/** Wire formats: JSON at the edges, compact bytes with a version in stores and changelogs. */
package io.tplus1.serde;
