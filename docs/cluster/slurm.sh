#!/usr/bin/env bash
# A Ray cluster over the nodes of an allocation, and a run on it: sbatch slurm.sh nano.toml [--set k=v ...]
# It goes on where it was when it is submitted again. VENV and RUNS are on a file system that every node sees.
#SBATCH --job-name=tracemill
#SBATCH --nodes=4
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=32
#SBATCH --gpus-per-node=8
#SBATCH --exclusive
#SBATCH --time=24:00:00
#SBATCH --signal=B:TERM@180
set -euo pipefail
VENV=${VENV:-$HOME/tracemill/.venv}
RUNS=${RUNS:-$HOME/runs}
export PATH="$VENV/bin:$PATH"

# Others on these nodes could run code in a Ray without a token. Every node reads it from the environment that srun passes.
export RAY_AUTH_MODE=token RAY_AUTH_TOKEN
RAY_AUTH_TOKEN=$(python3 -c 'import secrets; print(secrets.token_hex(32))')
export RAY_TMPDIR=/tmp/ray-$SLURM_JOB_ID HF_HOME=${HF_HOME:-$RUNS/huggingface}
# export NCCL_SOCKET_IFNAME=ib0 NCCL_IB_HCA=mlx5    # see docs/cluster.md

head=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
address=$(srun --nodes=1 --ntasks=1 --nodelist="$head" hostname --ip-address | awk '{print $1}'):6379
here="--num-cpus=$SLURM_CPUS_PER_TASK --disable-usage-stats"
there="timeout 300 bash -c 'until ray health-check --address $address 2> /dev/null; do sleep 2; done'"

srun --nodes=1 --ntasks=1 --nodelist="$head" bash -c \
    "ray start --head --block --node-ip-address=${address%:*} --port=6379 --dashboard-host=127.0.0.1 $here" &
if [ "$SLURM_NNODES" -gt 1 ]; then
    srun --nodes=$((SLURM_NNODES - 1)) --ntasks=$((SLURM_NNODES - 1)) --exclude="$head" bash -c \
        "$there && exec ray start --block --address=$address $here" &
fi

# On the head; with --overlap, as Ray has the whole node.
srun --overlap --nodes=1 --ntasks=1 --nodelist="$head" bash -c \
    "$there && exec tracemill run \"\$@\" --resume --set ray.address=$address --set run.dir=$RUNS" tracemill "$@" &
run=$!
trap 'kill -TERM $run' TERM    # Slurm's, 180 s before the end: the step under way is finished and kept
wait $run || wait $run
