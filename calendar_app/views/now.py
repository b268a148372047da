from amnt.building import building

now = building
