namespace SeccompRecorder.Bpf;

/// <summary>The descriptors of the program's maps.</summary>
/// <param name="Containers">A <see cref="ContainerEntry"/> by each number that a container is known by.</param>
/// <param name="Records">A <see cref="CallRecord"/> for each call of each container.</param>
/// <param name="ContainerPrefilter">One <see cref="Bpf.ContainerPrefilter"/>.</param>
internal readonly record struct SharedMaps(int Containers, int Records, int ContainerPrefilter);
