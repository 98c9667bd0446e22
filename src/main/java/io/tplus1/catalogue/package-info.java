/**
 * The models that there are: in the file that settings name, and on the cluster, with what became
 * of them and the commands that change it.
 */
package io.tplus1.catalogue;
