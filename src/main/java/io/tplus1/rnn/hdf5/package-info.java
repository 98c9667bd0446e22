/**
 * Reads the part of HDF5 that Keras and h5py write, with a bound on everything.
 *
 * <p>A file is hostile until proven otherwise, and the general readers cannot be bounded from
 * outside: the native library parses in-process, and jhdf 0.9.4 allocates by declared sizes,
 * recurses over addresses that the file names, and follows shared B-tree nodes again and again. 31
 * kB fill its heap of 512 MB in five seconds, and a thread that does so cannot be stopped. A child
 * JVM would bound it, at the price of half a second a file and a second JVM's memory. Here every
 * read is checked against the file's end and charged against a budget, every node is visited once,
 * and nothing is allocated that the file's own bytes do not back. jhdf stays as the independent
 * implementation that the tests compare with.
 *
 * <p>Source: the HDF5 File Format Specification, version 3.0; its section numbers stand in the
 * comments.
 */
package io.tplus1.rnn.hdf5;
