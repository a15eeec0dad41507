namespace SeccompRecorder.Bpf;

/// <summary>The descriptors of the maps.</summary>
/// <param name="Containers">A <see cref="ContainerEntry"/> for each number that identifies a container.</param>
/// <param name="Records">A <see cref="CallRecord"/> for each call of each container.</param>
/// <param name="ContainerPrefilter">One <see cref="Bpf.ContainerPrefilter"/>.</param>
internal readonly record struct SharedMaps(int Containers, int Records, int ContainerPrefilter);
