/** What every instance keeps of the models topic, and the champion that it serves. */
package io.tplus1.topology.models;
